# How suites come by images: sourced by the settings of each, after ROOT, LABEL and SUITE_WORK are set.

NODE_USER=10001:10001
RUNTIME_BASE=debian:bookworm-slim

fail() { echo "FAILED: $*" >&2; exit 1; }

# expect WHAT WANTED FOUND
expect() { [ "$2" = "$3" ] || fail "$1: wanted '$2', found '$3'"; }

# The Dockerfile's runtime base. Where no registry can be reached, it is made from Debian's packages under the same name.
make_base_image() {
    if docker image inspect "$RUNTIME_BASE" > /dev/null 2>&1; then
        echo "$RUNTIME_BASE is here"
    elif timeout 60 docker pull --quiet "$RUNTIME_BASE" 2> /dev/null; then
        echo "$RUNTIME_BASE pulled"
    else
        command -v mmdebstrap > /dev/null || fail "no registry, and no mmdebstrap to do without one"
        mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-exclude=/usr/share/man/*' bookworm "$SUITE_WORK/base.tar" http://deb.debian.org/debian
        docker import --change "LABEL $LABEL" "$SUITE_WORK/base.tar" "$RUNTIME_BASE"
        rm "$SUITE_WORK/base.tar"
    fi
}

# make_image BINARY TAG: the runtime stage of the shipped Dockerfile, unchanged, around a binary that was compiled on this
# machine. Compiling once more in a container would test the compiler.
make_image() {
    local binary=$1 tag=$2 stage runtime
    [ -x "$binary" ] || fail "$binary is missing: cargo build --release first"
    # In place of the Dockerfile's first stage: an image of its name that holds the binary at the same path.
    stage=$(sed -n 's/^FROM .* AS \(rogatory-build\)$/\1/p' "$ROOT/deploy/Dockerfile")
    expect "first stage of the Dockerfile" rogatory-build "$stage"
    mkdir -p "$SUITE_WORK/stage/src/target/release"
    cp "$binary" "$SUITE_WORK/stage/src/target/release/rogatory"
    tar -C "$SUITE_WORK/stage" -c src | docker import --change "LABEL $LABEL" - "$stage"
    rm -r "$SUITE_WORK/stage"

    runtime=$(sed -n '/^FROM .* AS runtime$/,$p' "$ROOT/deploy/Dockerfile")
    expect "base of the runtime stage" "FROM $RUNTIME_BASE AS runtime" "$(head -n 1 <<< "$runtime")"
    DOCKER_BUILDKIT=0 docker build --quiet --label "$LABEL" --tag "$tag" - <<< "$runtime" 2>&1 |
        grep -v -e DEPRECATED -e BuildKit -e environment-variable -e '^$'

    expect "user of the image" "$NODE_USER" "$(docker inspect --format '{{.Config.User}}' "$tag")"
    docker run --rm --read-only --network none "$tag" --version
}

container() { compose ps --quiet "$1"; }

inspect() { docker inspect --format "$2" "$(container "$1")"; }

# Waits until every node that is named says of itself that it is well.
await_health() {
    local deadline=$((SECONDS + 90)) agency health
    for agency in "$@"; do
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

# Leaves nothing behind that the suite made.
remove_images() {
    docker image prune --force --filter "label=$LABEL" > /dev/null
    local image
    for image in "$@" $(docker image ls --quiet --filter "label=$LABEL"); do
        docker image rm --force "$image" > /dev/null 2>&1 || true
    done
    expect "containers left" "" "$(docker ps --all --quiet --filter "label=com.docker.compose.project=$COMPOSE_PROJECT_NAME")"
}
