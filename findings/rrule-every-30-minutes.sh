#!/usr/bin/env bash
# A recurrence rule "every 30 minutes" with a time zone, on the two days when the clocks change.
# dateutil counts on the wall clock: in spring it gives the same moments twice, in autumn it leaves an
# hour out, and its after() can answer with a moment before the one asked about. rrule for JavaScript
# goes back in time in spring and begins an hour late in autumn. rrule-temporal counts real time.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in python3 node npm timeout diff; do
  command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }
done

work=$(mktemp -d)
trap 'cd / || true; rm -rf "$work"' EXIT
cd "$work"
export TMPDIR="$work" TZ=UTC PYTHONPATH="$work/py" PYTHONDONTWRITEBYTECODE=1 PYTHONTZPATH=
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save rrule@2.8.1 tslib@2.9.1 \
  rrule-temporal@2.2.8 temporal-polyfill@1.0.8 temporal-spec@1.0.1 temporal-utils@1.0.4 >&2 || { echo "npm install failed" >&2; exit 2; }
python3 -m pip install --quiet --no-cache-dir --disable-pip-version-check --root-user-action ignore --no-deps --target py \
  python-dateutil==4.0.0 six==1.17.0 tzdata==2026.6 >&2 || { echo "pip install failed" >&2; exit 2; }

cat >run.py <<'PY'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from dateutil.rrule import rrule, DAILY, MINUTELY
berlin = ZoneInfo('Europe/Berlin')

def utc(moment): return moment.astimezone(timezone.utc).strftime('%d.%H:%M')
def show(what, moments): print('dateutil', what, *map(utc, moments))

show('spring', rrule(MINUTELY, interval=30, dtstart=datetime(2026, 3, 29, 0, 30, tzinfo=berlin), count=8))
autumn = rrule(MINUTELY, interval=30, dtstart=datetime(2026, 10, 25, 1, 0, tzinfo=berlin), count=8)
show('autumn', autumn)
show('daily', rrule(DAILY, dtstart=datetime(2026, 3, 28, 2, 30, tzinfo=berlin), count=3))
asked = datetime(2026, 10, 25, 1, 10, tzinfo=timezone.utc)
show('after-in-utc', [asked, autumn.after(asked)])
show('after-in-berlin', [asked, autumn.after(asked.astimezone(berlin))])
PY
cat >run.js <<'JS'
const { rrulestr } = require('rrule');
const { RRuleTemporal } = require('rrule-temporal');
const rules = {
  spring: 'DTSTART;TZID=Europe/Berlin:20260329T003000\nRRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=8',
  autumn: 'DTSTART;TZID=Europe/Berlin:20261025T010000\nRRULE:FREQ=MINUTELY;INTERVAL=30;COUNT=8',
  daily: 'DTSTART;TZID=Europe/Berlin:20260328T023000\nRRULE:FREQ=DAILY;COUNT=3',
};
const utc = text => text.slice(8, 16).replace('T', '.');
for (const [what, rule] of Object.entries(rules)) // the process runs in UTC, so that rrule's Dates are real moments
  console.log('rrule', what, ...rrulestr(rule).all().map(d => utc(d.toISOString())));
for (const [what, rule] of Object.entries(rules))
  console.log('rrule-temporal', what, ...new RRuleTemporal({ rruleString: rule }).all().map(d => utc(d.toInstant().toString())));
JS
cat >was <<'TXT'
dateutil spring 28.23:30 29.00:00 29.00:30 29.01:00 29.01:30 29.01:00 29.01:30 29.02:00
dateutil autumn 24.23:00 24.23:30 25.00:00 25.00:30 25.02:00 25.02:30 25.03:00 25.03:30
dateutil daily 28.01:30 29.01:30 30.00:30
dateutil after-in-utc 25.01:10 25.02:00
dateutil after-in-berlin 25.01:10 25.00:30
rrule spring 28.23:30 28.23:00 28.23:30 29.00:00 29.00:30 29.01:00 29.01:30 29.02:00
rrule autumn 25.00:00 25.00:30 25.01:00 25.01:30 25.02:00 25.02:30 25.03:00 25.03:30
rrule daily 28.01:30 29.00:30 30.00:30
rrule-temporal spring 28.23:30 29.00:00 29.00:30 29.01:00 29.01:30 29.02:00 29.02:30 29.03:00
rrule-temporal autumn 24.23:00 24.23:30 25.00:00 25.00:30 25.01:00 25.01:30 25.02:00 25.02:30
rrule-temporal daily 28.01:30 30.00:30 31.00:30
TXT
timeout 30 python3 run.py >seen || exit 2
timeout 30 node run.js >>seen || exit 2

python3 -c 'import sys; from importlib.metadata import version as v
print("python", sys.version.split()[0], "- python-dateutil", v("python-dateutil"), "- tzdata", v("tzdata"))'
version='n => n + " " + JSON.parse(fs.readFileSync("node_modules/" + n + "/package.json")).version'
node -p "['rrule', 'rrule-temporal', 'temporal-polyfill'].map($version).concat('node ' + process.version).join(' - ')"
echo 'Expected: eight moments 30 minutes apart, from the start that was given, in all three. dateutil says of'
echo 'itself that local times which do not exist are ignored, and of after() that it gives the first one after.'
echo
echo 'Europe/Berlin, shown as day.time in UTC. Spring: from 00:30 on 29 March 2026; autumn: from 01:00 on'
echo '25 October 2026; daily: at 02:30 from 28 March on; after: the moment asked about, then the answer'
while read -r library what times; do printf '  %-14s %-15s %s\n' "$library" "$what" "$times"; done <seen

if diff was seen >difference; then
  printf '\nSeen: dateutil gives 01:00 and 01:30 UTC twice in spring, nothing from 00:30 to 02:00 UTC in autumn, and\n'
  printf 'a time that does not exist in the daily rule; after() answers with 00:30 to 01:10 if that moment is told in\n'
  printf 'Berlin time. rrule steps back from 23:30 to 23:00 UTC, starts at 02:00 instead of 01:00 local time in\n'
  printf 'autumn, and puts the missing 02:30 at 01:30. rrule-temporal does as expected, and leaves the missing day out.\n'
  exit 0
fi
printf '\nThis is different now (< it was, > it is):\n'
cat difference
exit 1
