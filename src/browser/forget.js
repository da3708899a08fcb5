// Deletes what scripts of this site can store in a browser. Answers the names of what could not be deleted.
const left = [];
const attempt = async (name, deed) => {
  try {
    if (!(await deed())) left.push(name);
  } catch (error) {
    left.push(`${name}: ${error}`);
  }
};
const emptied = (storage) => {
  storage.clear();
  return storage.length === 0;
};
return (async () => {
  await attempt('local storage', () => emptied(window.localStorage));
  await attempt('session storage', () => emptied(window.sessionStorage));
  await attempt('databases', async () => {
    const gone = (name) =>
      new Promise((resolve) => {
        const request = window.indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve(true);
        request.onerror = request.onblocked = () => resolve(false);
      });
    const databases = await window.indexedDB.databases();
    return (await Promise.all(databases.map(({ name }) => gone(name)))).every(Boolean);
  });
  // Both exist on secure origins only.
  if (window.caches) {
    await attempt('caches', async () => {
      const names = await window.caches.keys();
      return (await Promise.all(names.map((name) => window.caches.delete(name)))).every(Boolean);
    });
  }
  if (window.navigator.serviceWorker) {
    await attempt('workers', async () => {
      const workers = await window.navigator.serviceWorker.getRegistrations();
      return (await Promise.all(workers.map((worker) => worker.unregister()))).every(Boolean);
    });
  }
  return left;
})();
