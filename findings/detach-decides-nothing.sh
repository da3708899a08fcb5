#!/usr/bin/env bash
# chromedriver's option `detach` is documented as what becomes of the browser when the driver is killed: false (the default) ends
# it, true leaves it. On Linux it decides nothing. Killed or asked to end (SIGTERM), chromedriver leaves the browser running with
# either value; with the argument --remote-debugging-pipe the browser ends with either value, since its pipe does. geckodriver
# takes the browser along on SIGTERM, and leaves it on SIGKILL. A supervisor that counts on `detach` leaves a signed-in browser
# behind, on a profile that the next start then finds locked.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
FIREFOX=$(command -v firefox-esr || command -v firefox || true)
CHROMEDRIVER=$(command -v chromedriver || true)
GECKODRIVER=$(command -v geckodriver || true)
for need in CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER; do
  [ -n "${!need}" ] || { echo "missing on PATH: ${need,,}" >&2; exit 2; }
done
for need in node npm diff timeout; do command -v "$need" >/dev/null || { echo "missing on PATH: $need" >&2; exit 2; }; done
[ -d /proc/self ] || { echo "this needs /proc" >&2; exit 2; }

work=$(mktemp -d)
finish() { # whatever has our TMPDIR in its environment was started by this script
  local p
  for p in /proc/[0-9]*; do
    if grep -qszxF "TMPDIR=$work" "$p/environ"; then kill -9 "${p#/proc/}" 2>/dev/null || true; fi
  done
  cd / && { rm -rf "$work" || { sleep 1; rm -rf "$work"; }; }
}
trap finish EXIT
cd "$work"
npm install --prefix "$work" --cache "$work/npm" --silent --no-audit --no-fund --no-save selenium-webdriver@4.35.0 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const { spawn } = require('child_process');
const fs = require('fs'), net = require('net');
const { Builder } = require('selenium-webdriver');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;
const rest = ms => new Promise(done => setTimeout(done, ms));

const free = () => new Promise(done => {
  const server = net.createServer().listen(0, '127.0.0.1', () => { const { port } = server.address(); server.close(() => done(port)); });
});
const open = port => new Promise(done => {
  const socket = net.connect(port, '127.0.0.1', () => { socket.end(); done(true); }).on('error', () => done(false));
});
// The browser's own processes that carry this mark in their environment.
const left = mark => fs.readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => {
  try {
    const [program] = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return /chrom|firefox/.test(program) && !/driver/.test(program) && fs.readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
  } catch { return false; }
});

async function measure(name, signal, options, told) {
  const mark = `MARK=${name}-${process.hrtime.bigint()}`, port = await free();
  const driver = spawn(name === 'chrome' ? env.CHROMEDRIVER : env.GECKODRIVER, [`--port=${port}`],
    { env: { ...env, MARK: mark.slice(5) }, stdio: 'ignore' });
  const gone = new Promise(done => driver.on('exit', done));
  for (let tries = 0; !(await open(port)); tries++) {
    if (tries > 100) throw new Error('the driver never listened');
    await rest(100);
  }
  const session = await new Builder().disableEnvironmentOverrides().usingServer(`http://127.0.0.1:${port}`).forBrowser(name)
    [name === 'chrome' ? 'setChromeOptions' : 'setFirefoxOptions'](options).build();
  const caps = await session.getCapabilities();
  console.error(`${name} ${caps.getBrowserVersion()}, driver ${caps.get('moz:geckodriverVersion') || caps.get('chrome').chromedriverVersion.split(' ')[0]}`);
  if (left(mark).length === 0) throw new Error('no browser was seen');
  driver.kill(signal);
  await gone;
  for (let tries = 0; left(mark).length > 0 && tries < 50; tries++) await rest(100);
  const pids = left(mark);
  console.log([name, told, signal, pids.length > 0 ? 'the browser stays' : 'the browser ends'].join(' | '));
  for (const pid of pids) try { process.kill(pid, 'SIGKILL'); } catch { /* it ended with another one */ }
}

(async () => {
  for (const signal of ['SIGKILL', 'SIGTERM']) {
    for (const pipe of [false, true]) for (const detach of [false, true]) {
      const options = new chrome.Options().setChromeBinaryPath(env.CHROMIUM).detachDriver(detach)
        .addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage', ...(pipe ? ['--remote-debugging-pipe'] : []));
      await measure('chrome', signal, options, `detach ${detach}${pipe ? ', with a pipe' : ''}`);
    }
    await measure('firefox', signal, new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless'), 'no such option');
  }
})().catch(error => { console.error(error); process.exit(2); });
JS
cat >was <<'TXT'
chrome | detach false | SIGKILL | the browser stays
chrome | detach true | SIGKILL | the browser stays
chrome | detach false, with a pipe | SIGKILL | the browser ends
chrome | detach true, with a pipe | SIGKILL | the browser ends
firefox | no such option | SIGKILL | the browser stays
chrome | detach false | SIGTERM | the browser stays
chrome | detach true | SIGTERM | the browser stays
chrome | detach false, with a pipe | SIGTERM | the browser ends
chrome | detach true, with a pipe | SIGTERM | the browser ends
firefox | no such option | SIGTERM | the browser ends
TXT
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" timeout 170 node run.js >seen 2>versions || { cat versions >&2; exit 2; }

echo "selenium-webdriver 4.35.0 - node $(node --version) - $(sort -u versions | paste -sd ';' | sed 's/;/ - /g')"
echo 'Expected: the browser stays where detach is true, and ends where it is false, however the driver ends.'
echo
cat seen
if diff was seen >difference; then
  echo
  echo 'Seen: the pipe decides, and detach does not.'
else
  echo
  echo 'This is different now:'
  cat difference
  exit 1
fi
