#!/usr/bin/env bash
# A site sets a cookie that lasts a year, and a moment later the browser is killed (a crash, no memory left, a supervisor that
# lost patience). On the same profile Firefox has the cookie, and Chromium has not: it writes cookies to disk up to half a minute
# after it got them, and an orderly end writes what is left. So whoever signs in on a profile, kills the browser and starts anew
# finds Chromium signed out, and with a site that lets a token be used once, for good.
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
const fs = require('fs'), http = require('http'), path = require('path');
const { Builder } = require('selenium-webdriver');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;
const rest = ms => new Promise(done => setTimeout(done, ms));

const server = http.createServer((asked, answer) => {
  if (asked.url === '/sign-in') answer.setHeader('Set-Cookie', 'signed=in; Max-Age=31536000; Path=/');
  answer.setHeader('Content-Type', 'text/html');
  answer.end(`<title>page</title>${(asked.headers.cookie || '').includes('signed=in') ? 'kept' : 'lost'}`);
});
const open = (name, profile) => new Builder().disableEnvironmentOverrides().forBrowser(name)
  .setChromeOptions(new chrome.Options().setChromeBinaryPath(env.CHROMIUM)
    .addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage', `--user-data-dir=${profile}`))
  .setChromeService(new chrome.ServiceBuilder(env.CHROMEDRIVER))
  .setFirefoxOptions(new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless', '-profile', profile))
  .setFirefoxService(new firefox.ServiceBuilder(env.GECKODRIVER)).build();
// The browser's processes on this profile, its driver aside.
const processes = profile => fs.readdirSync('/proc').filter(pid => /^\d+$/.test(pid)).filter(pid => {
  try {
    const [program, ...rest] = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return !/driver/.test(program) && rest.some(one => one.includes(profile));
  } catch { return false; }
});

async function measure(name, origin, end, ms) {
  const profile = fs.mkdtempSync(path.join(env.TMPDIR, 'profile-'));
  let driver = await open(name, profile);
  const caps = await driver.getCapabilities();
  console.error(`${name} ${caps.getBrowserVersion()}`);
  await driver.get(`${origin}/sign-in`);
  await rest(ms);
  if (end === 'an orderly end') await driver.quit();
  else {
    for (const pid of processes(profile)) try { process.kill(pid, 'SIGKILL'); } catch { /* it ended with another one */ }
    await driver.quit().catch(() => {});
    for (const lock of ['SingletonLock', 'lock', '.parentlock']) fs.rmSync(path.join(profile, lock), { force: true });
  }
  driver = await open(name, profile);
  await driver.get(`${origin}/`);
  const cookie = await driver.executeScript('return document.body.textContent.trim()');
  await driver.quit();
  console.log([name, end, `cookie ${cookie}`].join(' | '));
}

server.listen(0, '127.0.0.1', async () => {
  try {
    const origin = `http://127.0.0.1:${server.address().port}`;
    for (const name of ['chrome', 'firefox']) {
      await measure(name, origin, 'an orderly end', 0);
      await measure(name, origin, 'killed after 1 s', 1000);
      await measure(name, origin, 'killed after 45 s', 45000);
    }
    process.exit(0);
  } catch (error) { console.error(error); process.exit(2); }
});
JS
cat >was <<'TXT'
chrome | an orderly end | cookie kept
chrome | killed after 1 s | cookie lost
chrome | killed after 45 s | cookie kept
firefox | an orderly end | cookie kept
firefox | killed after 1 s | cookie kept
firefox | killed after 45 s | cookie kept
TXT
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" timeout 280 node run.js >seen 2>versions || { cat versions >&2; exit 2; }

echo "selenium-webdriver 4.35.0 - node $(node --version) - $(sort -u versions | paste -sd ';' | sed 's/;/ - /g')"
echo 'Expected: a lasting cookie is on disk when the page that set it is shown, as Firefox has it.'
echo
cat seen
if diff was seen >difference; then
  echo
  echo 'Seen: killed soon after it, Chromium has lost the cookie.'
else
  echo
  echo 'This is different now:'
  cat difference
  exit 1
fi
