/**
 * The one style of the public page, inside the page: contrast of at least 7:1, a visible focus, tables that scroll on small
 * screens, and a print form without what only a screen needs. Changed only with its hash in the page's own policy, which is
 * computed from it.
 */
export const pageStyle = `
:root{color-scheme:light;--ink:#1a1a1a;--soft:#404040;--line:#767676;--accent:#0b3d78;--paper:#fff;--band:#eef2f7}
*{box-sizing:border-box}
html{font:100%/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;color:var(--ink);background:var(--paper)}
body{margin:0}
a{color:var(--accent);text-decoration:underline;text-underline-offset:.15em}
a:focus-visible,[tabindex]:focus-visible{outline:3px solid var(--accent);outline-offset:2px;background:#fff3bf}
.skip{position:absolute;left:-100vw}
.skip:focus{position:static;display:inline-block;padding:.75rem}
header,main,footer{max-width:60rem;margin:0 auto;padding:1rem 1.25rem}
header{border-bottom:4px solid var(--accent)}
h1{font-size:1.75rem;line-height:1.25;margin:.5rem 0 1rem;overflow-wrap:anywhere}
h2{font-size:1.35rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-bottom:.25rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
p,dd,li{max-width:45rem;overflow-wrap:anywhere}
nav ul{list-style:none;padding:0;margin:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
nav.contents{background:var(--band);padding:.75rem 1rem;margin-top:1.5rem}
nav.contents h2{border:0;margin:0 0 .25rem;font-size:1.05rem}
nav a{display:inline-block;padding:.25rem 0}
.kicker{margin:.5rem 0 0;color:var(--soft)}
dl{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.35rem 1.25rem;margin:0}
dt{font-weight:600}
dd{margin:0}
.table{overflow-x:auto}
table{border-collapse:collapse;width:100%;min-width:32rem}
caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
th,td{text-align:left;vertical-align:top;padding:.5rem .75rem;border:1px solid var(--line)}
thead th{background:var(--band)}
.clause{color:var(--soft);font-size:.9em}
code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em;overflow-wrap:anywhere}
footer{border-top:1px solid var(--line);margin-top:3rem;color:var(--soft)}
@media (max-width:40rem){dl{grid-template-columns:1fr;gap:0 0}dd{margin-bottom:.6rem}}
@media print{nav,.skip{display:none}header,main,footer{max-width:none;padding:0}h2,h3{break-after:avoid}tr,section.block{break-inside:avoid}a{color:inherit;text-decoration:none}html{font-size:10pt}.table{overflow:visible}table{min-width:0}}
`;
