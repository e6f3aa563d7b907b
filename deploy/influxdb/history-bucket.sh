#!/bin/sh
# Run once by InfluxDB's image when it sets itself up: the bucket with long shards for old times, see
# docs/guides/influxdb.md. Its name has the form database/policy, so it needs no mapping.
set -e
influx bucket create --org "$DOCKER_INFLUXDB_INIT_ORG" --name stadtpegel/history --retention 0 --shard-group-duration 87360h
