// What outlives one call in the document.

const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, '0'))
  .join('');
const vault = openVault();
function openVault() {
  const box = { vault: null };
  window.dispatchEvent(new CustomEvent(envelope.secret, { detail: box }));
  if (box.vault) return box.vault;
  const fresh = { id: hex(8), memory: {}, armed: null, reported: {}, numbers: new WeakMap(), count: 0, differs: null,
    asked: watchDocument() };
  window.addEventListener(envelope.secret, (event) => {
    event.stopImmediatePropagation();
    event.detail.vault = fresh;
  }, true);
  performance.setResourceTimingBufferSize(5000);
  return fresh;
}
function numberOf(element) {
  if (!vault.numbers.has(element)) {
    vault.count += 1;
    vault.numbers.set(element, vault.count);
  }
  return vault.numbers.get(element);
}
