#!/usr/bin/env bash
# Two pictures compared with looks-same and `strict: true`, the way its manual names for whoever wants
# to detect any difference. A bar that became one row taller is "equal" if the new row is of any grey,
# #010101 and #fefefe alike: strict sets only the tolerance for colours, the excuse for antialiasing stays
# on. So equal + equal is not equal, while colours under full transparency, which nobody can see, count.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

for need in node npm; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done

work=$(mktemp -d)
finish() { # whatever carries our TMPDIR in its environment was started by this script
  for p in /proc/[0-9]*; do
    if grep -qszxF "TMPDIR=$work" "$p/environ"; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
  cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }
}
trap finish EXIT
cd "$work"
npm install --prefix "$work" --cache "$work/cache" --silent --no-audit --no-fund --no-save \
  looks-same@10.0.1 pngjs@7.0.0 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const looksSame = require('looks-same');
const { PNG } = require('pngjs');

const SIZE = 40;
function picture(colour) { // what is at x, y: [red, green, blue, alpha]
  const png = new PNG({ width: SIZE, height: SIZE });
  for (let y = 0; y < SIZE; y++) for (let x = 0; x < SIZE; x++) png.data.set(colour(x, y), (y * SIZE + x) * 4);
  return PNG.sync.write(png);
}
const grey = level => [level, level, level, 255];
// A black bar, 30 wide and 6 high, on white; `extra` is the level of one more row below it.
const bar = extra => picture((x, y) => grey(x < 5 || x >= 35 || y < 10 || y > 16 ? 255 : y < 16 ? 0 : extra));

async function same(what, one, two, options = {}) {
  const { equal } = await looksSame(one, two, { strict: true, ...options });
  console.log(`  ${what.padEnd(58)} ${equal ? 'equal' : 'different'}`);
  return equal;
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
(async () => {
  try {
    console.log('looks-same', require('looks-same/package.json').version, '- pngjs', require('pngjs/package.json').version, '- node', process.version);
    console.log('Expected: with strict, pictures are equal only if every pixel is. In the last pair all 1600 differ (unseen),\nin every other pair 30 in a row.\n');
    const told = [];
    for (const level of [1, 120, 254]) {
      told.push(await same(`the bar, and with a row of grey ${level} below it`, bar(255), bar(level)));
      told.push(await same(`the bar with a row of grey ${level}, and with a black row`, bar(level), bar(0)));
    }
    const ends = await same('the bar, and with a black row below it', bar(255), bar(0));
    const off = await same('first pair again, ignoreAntialiasing: false', bar(255), bar(1), { ignoreAntialiasing: false });
    const unseen = await same('red and green, both fully transparent', picture(() => [255, 0, 0, 0]), picture(() => [0, 255, 0, 0]));
    const as = told.every(equal => equal) && !ends && !off && !unseen;
    console.log(as ? '\nSeen: strict forgives what can pass for antialiasing, whatever its size in brightness; only with\n'
      + 'ignoreAntialiasing: false as well is every difference one.' : '\nThis is different now.');
    process.exit(as ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
})();
JS
status=0
TMPDIR="$work" node run.js || status=$?
exit "$status"
