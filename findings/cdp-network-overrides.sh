#!/usr/bin/env bash
# Two DevTools overrides through chromedriver's goog/cdp/execute: Network.setBypassServiceWorker and
# Network.setCacheDisabled. Alone they answer {} like a success and change nothing. They are kept,
# though: a later Network.enable makes them work without a word about them. And a session that asks
# for a "performance" log has the domain on already, so that what works there fails without the log.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
CHROMEDRIVER=$(command -v chromedriver || true)
for need in CHROMIUM CHROMEDRIVER; do
  [ -n "${!need}" ] || { echo "missing on PATH: ${need,,}" >&2; exit 2; }
done
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
npm install --prefix "$work" --silent --no-audit --no-fund --no-save selenium-webdriver@4.35.0 >&2 || { echo "npm install failed" >&2; exit 2; }

cat >run.js <<'JS'
const http = require('http');
const { Builder, logging } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const chrome = require('selenium-webdriver/chrome');
const env = process.env;

const worker = `
oninstall = e => e.waitUntil(skipWaiting());
onactivate = e => e.waitUntil(clients.claim());
onfetch = e => { if (e.request.url.endsWith('/who')) e.respondWith(new Response('worker')); };`;
let served = 0;
const server = http.createServer((q, s) => {
  if (q.url === '/worker.js') { s.setHeader('Content-Type', 'text/javascript'); return s.end(worker); }
  if (q.url === '/who') return s.end('server');
  if (q.url === '/stored') { served++; s.setHeader('Cache-Control', 'max-age=600'); return s.end('x'); }
  s.setHeader('Content-Type', 'text/html');
  s.end('<!doctype html><title>page</title>');
});

async function measure(origin, log) {
  const prefs = new logging.Preferences();
  if (log) prefs.setLevel('performance', logging.Level.ALL);
  const way = proxy.manual({ http: origin.slice(7), https: origin.slice(7) }); // nothing leaves loopback
  const driver = await new Builder().disableEnvironmentOverrides().forBrowser('chrome').setProxy(way)
    .setChromeOptions(new chrome.Options().setChromeBinaryPath(env.CHROMIUM).addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage'))
    .setChromeService(new chrome.ServiceBuilder(env.CHROMEDRIVER))
    .setLoggingPrefs(prefs).build();
  try {
    const caps = await driver.getCapabilities();
    const version = caps.get('chrome').chromedriverVersion.split(' ')[0];
    console.log(`\nchromium ${caps.getBrowserVersion()}, driver ${version}`);
    console.log(log ? '  with a performance log:' : '  without logs:');
    const cdp = async (method, params) => JSON.stringify(await driver.sendAndGetDevToolsCommand(method, params));
    const look = async what => {
      await driver.get(origin + '/page');
      served = 0;
      const who = await driver.executeAsyncScript(`const done = arguments[0];
        fetch('/who').then(r => r.text()).then(async t => { await fetch('/stored'); await fetch('/stored'); done(t); });`);
      console.log(`    ${what.padEnd(30)} /who answered by: ${who}; of two fetches of /stored the server saw ${served}`);
      return who + served;
    };
    await driver.get(origin + '/page');
    await driver.executeAsyncScript(`const done = arguments[0];
      navigator.serviceWorker.addEventListener('controllerchange', () => fetch('/stored').then(() => done()));
      navigator.serviceWorker.register('/worker.js');`);
    const out = { before: await look('before') };
    out.answers = [await cdp('Network.setBypassServiceWorker', { bypass: true }),
      await cdp('Network.setCacheDisabled', { cacheDisabled: true })].join(' ');
    out.set = await look('both set, answers ' + out.answers);
    await cdp('Network.enable', {});
    out.late = await look('Network.enable afterwards');
    return out;
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: the two overrides work, or are refused because the Network domain is not on.');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const plain = await measure(origin, false), logged = await measure(origin, true);
    const same = [plain, logged].every(r => r.before === 'worker0' && r.answers === '{} {}' && r.late === 'server2')
      && plain.set === 'worker0' && logged.set === 'server2';
    console.log(same ? '\nSeen: {} means "noted". Without Network.enable, or a log that brings it, nothing follows.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM CHROMEDRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"
