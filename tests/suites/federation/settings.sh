# What the steps of this suite share; sourced by each of them. It names everything that the suite expects of the product.
set -euo pipefail

ROOT=$(cd "$SUITE_DIR/../../.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
# The product as it was built and tested on this machine; the image is made of it.
BINARY=${ROGATORY_BINARY:-$TARGET/release/rogatory}
# Played by the desk; the name is looked up in the scenarios' folder.
SCENARIO=${ROGATORY_SCENARIO:-federation.toml}

AGENCIES=(fr-jirs-marseille fr-gendarmerie nl-om nl-politie eu-europol)
NODE_USER=10001:10001
RUNTIME_BASE=debian:bookworm-slim
# Marks what the suite made, so that it removes nothing else.
LABEL=rogatory.suite=federation

export ROGATORY_IMAGE=rogatory:suite
export ROGATORY_FEDERATION=$SUITE_WORK/federation
export ROGATORY_SCENARIOS=${ROGATORY_SCENARIOS:-$ROOT/docs/scenarios}
export COMPOSE_PROJECT_NAME=rogatory-suite

compose() { docker-compose --ansi never --file "$ROOT/deploy/compose.yaml" "$@"; }

container() { compose ps --quiet "$1"; }

inspect() { docker inspect --format "$2" "$(container "$1")"; }

fail() { echo "FAILED: $*" >&2; exit 1; }

# expect WHAT WANTED FOUND
expect() { [ "$2" = "$3" ] || fail "$1: wanted '$2', found '$3'"; }

# Waits until every node of the federation says of itself that it is well.
await_health() {
    local deadline=$((SECONDS + 90)) agency health
    for agency in "${AGENCIES[@]}"; do
        while health=$(inspect "$agency" '{{.State.Health.Status}}') && [ "$health" != healthy ]; do
            [ "$SECONDS" -lt "$deadline" ] || fail "$agency is $health after 90 s"
            sleep 0.5
        done
    done
}

# status AGENCY FIELD: one figure of what the node says about itself.
status() {
    docker exec "$(container "$1")" rogatory status --config /etc/rogatory/node.toml --json |
        python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"
}
