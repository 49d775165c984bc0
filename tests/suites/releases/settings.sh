# What the steps of this suite share; sourced by each of them.
#
# Two releases of the product exchange. The earlier one knows the warrant and no other instrument.
set -euo pipefail

ROOT=$(cd "$SUITE_DIR/../../.." && pwd)
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
# The product as it was built and tested on this machine.
BINARY=${ROGATORY_BINARY:-$TARGET/release/rogatory}
# The sources of commit 6ecb94c, the last before the tables of the information request and of spontaneous information. They lie
# here as an archive, since not every clone has the history.
EARLIER_SOURCES=$SUITE_DIR/earlier.tar.xz
# Where it is compiled; kept, so that another run finds it.
RELEASES=$TARGET/releases
EARLIER_BINARY=$RELEASES/target/release/rogatory

# The asking side runs the release of today, the answering one the earlier release.
ASKING=fr-jirs-marseille
ANSWERING=nl-om
LABEL=rogatory.suite=releases

# The roster that is edited.
DRAFT=$SUITE_WORK/roster.toml

export ROGATORY_IMAGE=rogatory:suite-now
export EARLIER_IMAGE=rogatory:suite-earlier
export ROGATORY_FEDERATION=$SUITE_WORK/federation
export COMPOSE_PROJECT_NAME=rogatory-releases

compose() { docker-compose --ansi never --file "$ROOT/deploy/compose.yaml" "$@"; }

# The same federation, in which the answering side has not been upgraded.
compose_earlier() { compose --file "$SUITE_DIR/earlier.yaml" "$@"; }

source "$SUITE_DIR/../images.sh"

# at AGENCY ARGUMENTS...: the command of the release that runs there, as somebody of that agency.
at() {
    local agency=$1
    shift
    docker exec --env ROGATORY_CONFIG=/etc/rogatory/node.toml --env ROGATORY_PERSON=officer-7 \
        --env ROGATORY_JUSTIFICATION='a test with sample data' "$(container "$agency")" rogatory "$@"
}

# submit AGENCY FILE: opens a referral with a request that lies in the folder of the agency's node; prints its id.
submit() { at "$1" referral submit "/etc/rogatory/$2" --json | field referralId referral_id; }

# field NAME...: the first of these fields that an object on standard input has.
field() { python3 -c 'import json, sys; o = json.load(sys.stdin); print(next(o[n] for n in sys.argv[1:] if n in o))' "$@"; }

# await WHAT COMMAND...: until the command succeeds.
await() {
    local what=$1 deadline=$((SECONDS + 60))
    shift
    until "$@" > "$SUITE_WORK/awaited" 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || fail "$what: $(cat "$SUITE_WORK/awaited")"
        sleep 0.5
    done
}

# has AGENCY REFERRAL TEXT: the agency shows a case whose page holds the text.
has() { at "$1" referral show "$2" --json | grep -- "$3" > /dev/null; }

# roster_key: the key that signs the roster, as every node is told it.
roster_key() { sed -n '/^\[roster\]/,/^\[/s/^key = "\(.*\)"$/\1/p' "$ROGATORY_FEDERATION/$ASKING/node.toml"; }

# new_roster OF EDITION: cases are opened under this edition from now on; signs the next roster and gives it to every agency.
new_roster() {
    "$BINARY" roster edition "$DRAFT" "$1" "$2"
    "$BINARY" roster sign "$DRAFT" --key "$ROGATORY_FEDERATION/authority/roster.key" --out "$ROGATORY_FEDERATION/roster.note"
    local file
    for file in "$ROGATORY_FEDERATION"/*/roster.note; do
        cp "$ROGATORY_FEDERATION/roster.note" "$file"
    done
}
