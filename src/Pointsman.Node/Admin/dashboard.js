// The dashboard: asks the same API as the commands do, every two seconds. Text goes in as text, never as markup.
'use strict';

const get = async path => (await fetch(path, { headers: { accept: 'application/json' } })).json();
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined && text !== null) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const look = state => (state === 'up' ? 'up' : state === 'down' ? 'down' : 'other');

function tableOf(heads, rows) {
  const table = element('table');
  const head = table.createTHead().insertRow();
  for (const text of heads) head.append(element('th', text));
  const body = table.createTBody();
  for (const cells of rows) {
    const row = body.insertRow();
    for (const cell of cells) {
      const td = row.insertCell();
      if (cell instanceof Node) td.append(cell);
      else td.textContent = cell ?? '–';
    }
  }
  return table;
}

function handOff(table) {
  const rows = Object.entries(table.sites).map(([site, row]) => {
    const bar = element('span', null, 'bar');
    bar.style.width = `${Math.round(row.share * 200)}px`;
    return [site, row.weight, `${(row.share * 100).toFixed(1)} %`, bar, element('span', row.state, look(row.state)), row.reason ?? ''];
  });
  return tableOf(['site', 'weight', 'share', '', 'state', 'why'], rows);
}

function matrixOf(matrix) {
  const testers = [...new Set(Object.values(matrix.cells).flatMap(row => Object.keys(row)))].sort();
  const rows = Object.entries(matrix.cells).map(([tested, row]) =>
    [tested, ...testers.map(tester => (row[tester] ? element('span', row[tester].milliseconds?.toFixed(1) ?? row[tester].state, look(row[tester].state)) : '–'))]);
  return tableOf(['tested \\ tester (ms)', ...testers], rows);
}

async function refresh() {
  try {
    const status = await get('api/v1/status');
    document.getElementById('who').textContent = `site ${status.site}, node ${status.node}, version ${status.version}`;
    const peers = Object.entries(status.peers).map(([name, peer]) => `${name} ${peer.connected ? '✓' : '✗'}`).join('  ');
    document.getElementById('state').textContent =
      `${status.ready ? 'ready' : 'not ready yet'}${status.isolated ? ', ISOLATED' : ''} · ${status.queries} queries · ${status.sessions} sessions · snapshot ${status.snapshot.id} · peers ${peers}`;
    const sections = await Promise.all(Object.keys(status.services).map(async name => {
      const path = `api/v1/services/${encodeURIComponent(name)}`;
      const [table, matrix] = await Promise.all([get(`${path}/table`), get(`${path}/matrix`)]);
      const section = element('section');
      section.append(element('h2', name), element('p', `by ${table.rule}, digest ${table.digest}`, 'dim'), handOff(table), matrixOf(matrix));
      return section;
    }));
    document.getElementById('services').replaceChildren(...sections);
    const { events } = await get('api/v1/events');
    document.getElementById('events').textContent = events.slice(-15).reverse().map(entry => `${entry.time.slice(11, 23)}  ${entry.kind}: ${entry.text}`).join('\n');
  } catch (error) {
    document.getElementById('state').textContent = `The node does not answer: ${error.message}`;
  }
  setTimeout(refresh, 2000);
}

refresh();
