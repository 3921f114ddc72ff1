/** DI token: the services whose topics this one reads. */
export const SUBSCRIBES = Symbol('SUBSCRIBES');
