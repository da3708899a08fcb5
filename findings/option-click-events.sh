#!/usr/bin/env bash
# Which events a page gets when an <option> is chosen by WebDriver "Element Click".
# chromedriver: one `change` that is not trusted and no `input`; geckodriver: both, trusted.
# A person's own choice by keyboard (Send Keys) is trusted with both events in either browser.
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
const { Builder, By, Key } = require('selenium-webdriver');
const proxy = require('selenium-webdriver/proxy');
const chrome = require('selenium-webdriver/chrome'), firefox = require('selenium-webdriver/firefox');
const env = process.env;

const page = `<!doctype html><title>choice</title>
<select id=s><option>one<option id=two>two<option>three</select>
<script>
  window.seen = [];
  for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click', 'input', 'change'])
    addEventListener(type, e => seen.push({ type, trusted: e.isTrusted, on: e.target.localName }), true);
</script>`;
const server = http.createServer((q, s) => { s.setHeader('Content-Type', 'text/html'); s.end(page); });

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
    const show = async what => {
      const { value, seen } = await driver.executeScript('return { value: s.value, seen }');
      console.log(`  ${what}: the list says "${value}"`);
      for (const e of seen) console.log(`    ${e.type.padEnd(12)} on <${e.on}>, isTrusted ${e.trusted}`);
      const word = type => seen.filter(e => e.type === type && e.on === 'select').map(e => e.trusted).join();
      return { value, input: word('input'), change: word('change') };
    };
    await driver.get(origin);
    await driver.findElement(By.id('two')).click();
    const click = await show('Element Click on the option');
    await driver.get(origin);
    await driver.findElement(By.id('s')).sendKeys(Key.ARROW_DOWN);
    const keys = await show('Arrow Down sent to the list');
    return { click, keys };
  } finally { await driver.quit(); }
}

setTimeout(() => { console.error('gave up after 55 s'); process.exit(2); }, 55000).unref();
server.listen(0, '127.0.0.1', async () => {
  try {
    console.log('selenium-webdriver', require('selenium-webdriver/package.json').version, '- node', process.version);
    console.log('Expected: `input` then `change` in both, as for any choice (the standard names both for an option).');
    const origin = 'http://127.0.0.1:' + server.address().port;
    const cr = await measure('chrome', origin), fx = await measure('firefox', origin);
    const is = (r, input, change) => r.value === 'two' && r.input === input && r.change === change;
    const same = is(cr.click, '', 'false') && is(fx.click, 'true', 'true')
      && is(cr.keys, 'true', 'true') && is(fx.keys, 'true', 'true');
    console.log(same ? '\nSeen: the same command, two kinds of event. A page that listens to `input`, or that checks\n'
      + 'isTrusted, takes no notice of a choice that chromedriver makes by Element Click.' : '\nThis is different now.');
    process.exit(same ? 0 : 1);
  } catch (e) { console.error(e); process.exit(2); }
});
JS
export CHROMIUM FIREFOX CHROMEDRIVER GECKODRIVER
status=0
TMPDIR="$work" XDG_CONFIG_HOME="$work" XDG_CACHE_HOME="$work" node run.js || status=$?
exit "$status"
