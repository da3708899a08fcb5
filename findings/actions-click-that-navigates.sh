#!/usr/bin/env bash
# A click on a link whose page is slow, once by Element Click and once by Actions.
# geckodriver waits for the page only in Element Click. chromedriver waits in Actions too, and there the
# page load timeout ends Perform Actions with "timeout" although the click has long landed: an error
# that invites a second click.
# Exit: 0 as described, 1 it is different now, 2 it could not be measured.
set -euo pipefail

CHROMIUM=$(command -v chromium || command -v chromium-browser || true)
FIREFOX=$(command -v firefox-esr || command -v firefox || true)
CHROMEDRIVER=$(command -v chromedriver || true)
GECKODRIVER=$(command -v geckodriver || true)
for need in CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER; do
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
const { Builder, By } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;

let arrived = 0, given = 0, early; // requests for the slow page, how many were answered, a way to answer at once
const server = http.createServer((q, s) => {
  s.setHeader('Content-Type', 'text/html');
  if (q.url !== '/slow') return s.end('<!doctype html><title>first</title><a id=a href=/slow>go</a>');
  arrived++;
  const give = () => { if (!s.writableEnded) { given++; s.end('<!doctype html><title>slow</title>'); } };
  setTimeout(give, 5000);
  early = give;
});

async function measure(name, origin) {
  const way = proxy.manual({ http: origin.slice(7), https: origin.slice(7) }); // nothing leaves loopback
  const driver = await new Builder().disableEnvironmentOverrides().forBrowser(name).setProxy(way)
    .setChromeOptions(new chrome.Options().setChromeBinaryPath(env.CHROMIUM).addArguments('--headless=new', '--no-sandbox', '--disable-dev-shm-usage'))
    .setChromeService(new chrome.ServiceBuilder(env.CHROMEDRIVER))
    .setFirefoxOptions(new firefox.Options().setBinary(env.FIREFOX).addArguments('-headless'))
    .setFirefoxService(new firefox.ServiceBuilder(env.GECKODRIVER)).build();
  try {
    const caps = await driver.getCapabilities();
    const version = caps.get('moz:geckodriverVersion') || caps.get('chrome').chromedriverVersion.split(' ')[0];
    console.log(`\n${name} ${caps.getBrowserVersion()}, driver ${version}`);
    const click = async (what, how, pageLoad) => {
      await driver.manage().setTimeouts({ pageLoad: 60000 });
      await driver.get(origin);
      const link = await driver.findElement(By.id('a'));
      await driver.manage().setTimeouts({ pageLoad });
      arrived = given = 0;
      const error = await how(link).then(() => '', e => e.name);
      const row = { error, waited: given === 1 };
      while (!arrived) await new Promise(r => setTimeout(r, 100)); // for ever, if the click did not land
      early();
      row.arrived = arrived;
      console.log(`  ${what}: ${error || 'success'}, ${row.waited ? 'after' : 'before'} the server gave the page; requests for it: ${row.arrived}`);
      return row;
    };
    const actions = link => driver.actions().move({ origin: link }).click().perform();
    return {
      element: await click('Element Click, page load timeout 60 s', link => link.click(), 60000),
      actions: await click('Actions click, page load timeout 60 s', actions, 60000),
      short: await click('Actions click, page load timeout  2 s', actions, 2000),
    };
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: only Element Click waits for the page (the standard gives that step to no other input);\nActions send input and answer, in both drivers.');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const cr = await measure('chrome', origin), fx = await measure('firefox', origin);
    const is = (r, error, waited) => r.error === error && r.waited === waited && r.arrived === 1;
    const same = is(cr.element, '', true) && is(fx.element, '', true) && is(cr.actions, '', true) && is(fx.actions, '', false)
      && is(cr.short, 'TimeoutError', false) && is(fx.short, '', false);
    console.log(same ? '\nSeen: chromedriver holds Perform Actions until the page is there and calls it a timeout when that\n'
      + 'takes too long; geckodriver answers while the first page still stands.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"
