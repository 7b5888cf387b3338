# The platform of test/rollout/platform.sh, without a process of its own for every read and write.
set -eu
cd "$PLATFORM"
get() { REPLY=; if [ -f "$1" ]; then IFS= read -r REPLY < "$1" || true; fi; }
is() { get "$1"; [ "$REPLY" = "$MLOPS_VERSION" ]; }
echo "$1 $MLOPS_VERSION ${MLOPS_WEIGHT-}" >> log
case "$1" in
  start)
    test -d "$MLOPS_MODEL_DIR"
    if ! is champion && ! is challenger; then
      printf 0 > weight
      printf %s "$MLOPS_VERSION" > challenger
    fi ;;
  set-weight)
    if [ "$MLOPS_WEIGHT" = 1 ]; then
      printf %s "$MLOPS_VERSION" > champion
      if is challenger; then rm -f challenger weight; fi
    elif is challenger; then printf %s "$MLOPS_WEIGHT" > weight; fi ;;
  stop)
    if is challenger; then rm -f challenger weight; fi ;;
  status)
    champion=null challenger=null
    if [ -f champion ]; then get champion; champion="{\"version\":\"$REPLY\"}"; fi
    if [ -f challenger ]; then
      get challenger; challenger=$REPLY; get weight
      challenger="{\"version\":\"$challenger\",\"weight\":$REPLY}"
    fi
    echo "{\"champion\":$champion,\"challenger\":$challenger}" ;;
esac
