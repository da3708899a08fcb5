#!/usr/bin/env bash
# OnCalendar= on the two days a year when the clocks change, in a zone that has such days.
# "Every 30 minutes", even "every minute", stands still for the whole repeated hour, and a daily time
# inside the missing hour is left out that day. What comes next also depends on where one counts from:
# a timer with no last run to count from that starts inside the repeated hour runs there, a daily one
# for a second time.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in systemd-analyze timeout awk sed; do
  command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'cd / || true; rm -rf "$work"' EXIT
cd "$work"
export LC_ALL=C TZ=UTC TMPDIR="$work" SYSTEMD_PAGER='' SYSTEMD_COLORS=0

next() { # the calendar line, the moment (UTC) to count from, how many: the times in UTC, one line
  timeout 20 systemd-analyze calendar --iterations="$3" --base-time="$2 UTC" "$1" >answer 2>error \
    || { cat error >&2; exit 2; }
  awk '{ for (i = 1; i < NF; i++) if ($i ~ /^2[0-9-]+$/ && $(i + 2) == "UTC")
         line = line (line ? " " : "") substr($i, 9) "." substr($(i + 1), 1, 5) } END { print line }' answer
}

same=yes
look() { # what it is, calendar line, counted from, what was seen
  local seen
  seen=$(next "$2" "$3" "$(wc -w <<<"$4")")
  printf '  %-42s from %s: %s\n' "$1" "${3:8:8}" "$seen"
  [ "$seen" = "$4" ] || { same=no; printf '  %-42s    it was: %s\n' '' "$4"; }
}

systemd-analyze --version | sed -n 1p
echo 'Expected: every 30 minutes is every 30 minutes of real time, a daily job runs once on any day, and the'
echo 'times are the same wherever one counts from. Below: day.time in UTC.'

echo
echo 'Berlin, 25 October 2026: 02:00 to 03:00 comes twice, 00:00 to 01:00 UTC and 01:00 to 02:00 UTC'
look 'every 30 minutes'                        '*:0/30 Europe/Berlin'        '2026-10-24 23:40' '25.00:00 25.00:30 25.02:00 25.02:30'
look 'every minute'                            '*:* Europe/Berlin'           '2026-10-25 00:57' '25.00:58 25.00:59 25.02:00 25.02:01'
look 'every 30 minutes, started at second 02:03' '*:0/30 Europe/Berlin'        '2026-10-25 01:03' '25.01:30 25.02:00'
look 'daily at 02:30'                          '*-*-* 02:30 Europe/Berlin'   '2026-10-24 23:40' '25.00:30 26.01:30'
look 'daily at 02:30, started at second 02:03' '*-*-* 02:30 Europe/Berlin'   '2026-10-25 01:03' '25.01:30 26.01:30'
look 'for comparison: every 30 minutes in UTC' '*:0/30 UTC'                  '2026-10-24 23:40' '25.00:00 25.00:30 25.01:00 25.01:30'
echo 'Berlin, 29 March 2026: 02:00 to 03:00 does not come, 01:00 UTC is 03:00'
look 'every 30 minutes'                        '*:0/30 Europe/Berlin'        '2026-03-29 00:10' '29.00:30 29.01:00 29.01:30'
look 'daily at 02:30'                          '*-*-* 02:30 Europe/Berlin'   '2026-03-28 00:10' '28.01:30 30.00:30'

if [ "$same" = yes ]; then
  printf '\nSeen: 90 minutes without a run of a half-hourly job, an hour without a run of a minutely one, a day\n'
  printf 'without a daily one. Counted from within the repeated hour that hour is there again, and the daily job too.\n'
  exit 0
fi
printf '\nThis is different now.\n'
exit 1
