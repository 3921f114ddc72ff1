#!/bin/bash
# Formats the storage once, with the first SCRAM user in it, and runs the broker.
set -euo pipefail
sed -e "s|KAFKA_USER|${KAFKA_USER:?}|g" -e "s|KAFKA_PASSWORD|${KAFKA_PASSWORD:?}|g" /config/server.properties >/tmp/server.properties
/opt/kafka/bin/kafka-storage.sh format --ignore-formatted --cluster-id "${KAFKA_CLUSTER_ID:?}" \
  --config /tmp/server.properties --add-scram "SCRAM-SHA-512=[name=$KAFKA_USER,password=$KAFKA_PASSWORD]"
exec /opt/kafka/bin/kafka-server-start.sh /tmp/server.properties
