# Ends a test server whose owner is gone. Standard input is a pipe that only the owner holds: it closes when the owner ends, however it ends.
# $1: the instance's folder, to be removed. The file pid in it names the launcher, which leads the server's process group, while there is one.
while read -r _; do :; done
if [ -f "$1/pid" ]; then
  group=$(cat "$1/pid")
  kill -s TERM -- "-$group" 2>/dev/null
  tenths=0
  while kill -s 0 -- "-$group" 2>/dev/null && [ "$tenths" -lt 100 ]; do
    sleep 0.1
    tenths=$((tenths + 1))
  done
  kill -s KILL -- "-$group" 2>/dev/null
fi
rm -rf "$1"
