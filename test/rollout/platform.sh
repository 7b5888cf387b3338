# A serving platform in four commands: what serves is in the files of the folder $PLATFORM.
set -eu
cd "$PLATFORM"
put() { printf '%s' "$2" > "$1.new.$$" && mv "$1.new.$$" "$1"; }
get() { cat "$1" 2>/dev/null || true; }
echo "$1 $MLOPS_VERSION ${MLOPS_WEIGHT-}" >> log
if [ -f "break-$1" ]; then echo "the platform refuses to $1" >&2; exit 3; fi
case "$1" in
  start)
    test -d "$MLOPS_MODEL_DIR"
    if [ "$(get champion)" != "$MLOPS_VERSION" ] && [ "$(get challenger)" != "$MLOPS_VERSION" ]; then
      put weight 0
      put challenger "$MLOPS_VERSION"
    fi ;;
  set-weight)
    if [ "$MLOPS_WEIGHT" = 1 ]; then
      put champion "$MLOPS_VERSION"
      if [ "$(get challenger)" = "$MLOPS_VERSION" ]; then rm -f challenger weight; fi
    elif [ "$(get challenger)" = "$MLOPS_VERSION" ]; then put weight "$MLOPS_WEIGHT"; fi ;;
  stop)
    if [ "$(get challenger)" = "$MLOPS_VERSION" ]; then rm -f challenger weight; fi ;;
  status)
    champion=null challenger=null
    if [ -f champion ]; then champion="{\"version\":\"$(get champion)\"}"; fi
    if [ -f challenger ]; then challenger="{\"version\":\"$(get challenger)\",\"weight\":$(get weight)}"; fi
    echo "{\"champion\":$champion,\"challenger\":$challenger}" ;;
esac
