#!/bin/sh
# Run by git as one of its hooks: tells the node what git is about to do, and does as the node answers.
#
# No opening of a named pipe waits for the other side, since for a moment this process is the other side as well. So
# it ends, and git with it, if the node is gone.
hook=${0##*/}
state=
case "$hook $1" in
    "reference-transaction prepared" | "reference-transaction committed")
        state=$1
        cat >"$QUAESTOR_CALL/input.$$" || exit 1
        ;;
    reference-transaction*)
        exit 0 # nothing was done, or nothing is done yet
        ;;
esac
exec 3<>"$QUAESTOR_CALL/answers" 4<"$QUAESTOR_CALL/answers" 3>&-
exec 3<>"$QUAESTOR_QUESTIONS" 5>"$QUAESTOR_QUESTIONS" 3>&-
printf '%s\n' "${QUAESTOR_CALL##*/} $$ $hook $state" >&5 || exit 1
exec 5>&-
while read -r pid verdict text <&4; do
    if [ "$pid" = "$$" ]; then # else it is for a hook that was killed before it read its answer
        [ -z "$text" ] || printf '%s\n' "$text" >&2
        exit "$verdict"
    fi
done
exit 1
