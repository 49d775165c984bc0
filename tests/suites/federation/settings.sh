# What the steps of this suite share; sourced by each of them. It names everything that the suite expects of the product.
set -euo pipefail

ROOT=$(cd "$SUITE_DIR/../../.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
# The product as it was built and tested on this machine; the image is made of it.
BINARY=${ROGATORY_BINARY:-$TARGET/release/rogatory}
# Played by the desk; the name is looked up in the scenarios' folder.
SCENARIO=${ROGATORY_SCENARIO:-federation.toml}

AGENCIES=(fr-jirs-marseille fr-gendarmerie nl-om nl-politie eu-europol nl-rechtbank-amsterdam)
# Marks what the suite made, so that it removes nothing else.
LABEL=rogatory.suite=federation

export ROGATORY_IMAGE=rogatory:suite
export ROGATORY_FEDERATION=$SUITE_WORK/federation
export ROGATORY_SCENARIOS=${ROGATORY_SCENARIOS:-$ROOT/docs/scenarios}
export COMPOSE_PROJECT_NAME=rogatory-suite

compose() { docker-compose --ansi never --file "$ROOT/deploy/compose.yaml" "$@"; }

source "$SUITE_DIR/../images.sh"
