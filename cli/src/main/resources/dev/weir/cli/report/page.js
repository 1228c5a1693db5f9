'use strict';
// Shows what the ledger says: of the element with the id data, or else of the monitor that serves
// this page, again and again. Names come out of events: they become text, never markup.
(() => {
  const WINDOWS = ['1h', '24h', '7d', '30d', 'all'];
  const REFRESH_MILLIS = 5000;
  const PATIENCE_MILLIS = 10000;
  const MAX_BUCKETS = 500;
  const MAX_ROWS = 300;
  const NAME_LENGTH = 80;
  const GRID = 'rgba(128, 128, 128, 0.25)';
  const LABEL = '#7a838c';

  const charts = new Map();

  // ---- words and numbers

  const count = (n) => (n === null || n === undefined ? '–' : n.toLocaleString('en-US'));

  const share = (x) => {
    if (x === null || x === undefined) return '–';
    const percent = x * 100;
    if (percent > 99.99 && percent < 100) return 'above 99.99%';
    if (percent > 0 && percent < 0.01) return 'below 0.01%';
    return percent.toFixed(2) + '%';
  };

  const delay = (s) => {
    if (s === null || s === undefined) return '–';
    if (s < 120) return s.toFixed(s < 10 ? 2 : 1) + ' s';
    if (s < 7200) return (s / 60).toFixed(1) + ' min';
    if (s < 172800) return (s / 3600).toFixed(1) + ' h';
    return (s / 86400).toLocaleString('en-US', { maximumFractionDigits: 1 }) + ' days';
  };

  const bytes = (b) => {
    if (b === null || b === undefined) return '–';
    if (b < 1048576) return (b / 1024).toFixed(1) + ' KiB';
    if (b < 1073741824) return (b / 1048576).toFixed(1) + ' MiB';
    return (b / 1073741824).toLocaleString('en-US', { maximumFractionDigits: 2 }) + ' GiB';
  };

  const time = (t) => (t ? t.replace('T', ' ').replace(/(\.\d+)?Z$/, '') + ' UTC' : '–');

  // Nothing in a name orders, hides or breaks the text around it.
  const clean = (text) => {
    const shown = Array.from(String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD'));
    return shown.length > NAME_LENGTH ? shown.slice(0, NAME_LENGTH).join('') + '…' : shown.join('');
  };

  // ---- elements

  const el = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
    for (const child of children) made.append(child); // a string becomes a text node
    return made;
  };

  const section = (id, title, ...children) =>
    el('section', { id }, el('h2', {}, title), ...children);

  // Columns: [heading, of a row: text, is it a name or another text].
  const table = (rows, columns, label) => {
    const head = el('tr', {});
    for (const [heading, , text] of columns) {
      head.append(el('th', text ? { scope: 'col', class: 'text' } : { scope: 'col' }, heading));
    }
    const body = el('tbody', {});
    for (const row of rows.slice(0, MAX_ROWS)) {
      const line = el('tr', {});
      for (const [, of, text] of columns) {
        line.append(el('td', text ? { class: 'text name' } : {}, String(of(row))));
      }
      body.append(line);
    }
    const made = el('table', { 'aria-label': label }, el('thead', {}, head), body);
    const scroll = el('div', { class: 'scroll' }, made);
    if (rows.length > MAX_ROWS) {
      scroll.append(el('p', { class: 'soft' }, `and ${count(rows.length - MAX_ROWS)} more`));
    }
    return scroll;
  };

  const none = (text) => el('p', { class: 'soft' }, text);

  // ---- parts of the page

  const attention = (data) => {
    if (data.attention.length === 0) {
      return section('attention', 'What needs attention', el('p', {}, 'Nothing.'));
    }
    const list = el('ul', {});
    for (const item of data.attention) {
      list.append(
        el(
          'li',
          { class: item.level, 'data-rule': item.rule },
          el('span', { class: 'level' }, item.level),
          ' – ',
          el('span', { class: 'name' }, item.text),
        ),
      );
    }
    return section('attention', 'What needs attention', list);
  };

  const cards = (data) => {
    const list = el('dl', { class: 'cards' });
    const card = (name, label, text, value) =>
      list.append(
        el(
          'div',
          {},
          el('dt', {}, label),
          el('dd', { 'data-name': name, 'data-value': value === null ? '' : String(value) }, text),
        ),
      );
    const t = data.totals;
    for (const [name, label] of [
      ['received', 'records received'],
      ['landed', 'events landed'],
      ['duplicates', 'duplicates'],
      ['conflicts', 'conflicts'],
      ['dead_letters', 'dead letters'],
      ['filtered', 'filtered'],
    ]) {
      card(name, label, count(t[name]), t[name]);
    }
    card('accuracy', 'accuracy', share(t.accuracy), t.accuracy);
    card('late', 'late', count(t.late), t.late);
    const fresh = data.freshness_seconds;
    card('freshness_p50', 'freshness, half', delay(fresh.p50), fresh.p50);
    card('freshness_p95', 'freshness, 95%', delay(fresh.p95), fresh.p95);
    card('files', 'files', count(t.files), t.files);
    card('bytes_out', 'bytes written', bytes(t.bytes_out), t.bytes_out);
    return section('totals', 'In all', list);
  };

  const eventTypes = (data) =>
    section(
      'event-types',
      'Event types',
      data.event_types.length === 0
        ? none('None yet.')
        : table(
            [...data.event_types].sort((a, b) => b.landed - a.landed),
            [
              ['type', (r) => clean(r.event_type), true],
              ['landed', (r) => count(r.landed)],
              ['duplicates', (r) => count(r.duplicates)],
              ['conflicts', (r) => count(r.conflicts)],
              ['dead letters', (r) => count(r.dead_letters)],
              ['filtered', (r) => count(r.filtered)],
              ['late', (r) => count(r.late)],
              ['accuracy', (r) => share(r.accuracy)],
              ['fresh, half', (r) => delay(r.freshness_seconds.p50)],
              ['fresh, 95%', (r) => delay(r.freshness_seconds.p95)],
            ],
            'event types',
          ),
    );

  const expectations = (data) =>
    section(
      'expectations',
      'Accuracy by expectation',
      el(
        'p',
        { class: 'soft' },
        `${count(data.totals.accurate)} of ${count(data.totals.checked)} checked events meet all.`,
      ),
      data.expectations.length === 0
        ? none('No event was held against an expectation.')
        : table(
            [...data.expectations].sort((a, b) => b.violations - a.violations),
            [
              ['expectation', (r) => clean(r.expectation), true],
              ['violations', (r) => count(r.violations)],
              ['asked of', (r) => count(r.asked)],
              ['accuracy', (r) => share(r.accuracy)],
              [
                'event types',
                (r) =>
                  Object.entries(r.event_types)
                    .sort((a, b) => b[1] - a[1])
                    .slice(0, 8)
                    .map(([type, n]) => `${clean(type)} ${count(n)}`)
                    .join(', '),
                true,
              ],
            ],
            'violations by expectation',
          ),
    );

  const position = (x) =>
    `${clean(x.shard_id)} ${clean(x.first_sequence_number)} to ${clean(x.last_sequence_number)}`;

  const deadLetters = (data) =>
    section(
      'dead-letters',
      'Dead letters by reason',
      data.dead_letters.length === 0
        ? none('None.')
        : table(
            [...data.dead_letters].sort((a, b) => b.count - a.count),
            [
              ['reason', (r) => clean(r.reason), true],
              ['records', (r) => count(r.count)],
              [
                'the latest batches with some: positions',
                (r) => r.examples.map(position).join('; ') || '–',
                true,
              ],
              ['attempt', (r) => (r.examples.length ? r.examples.at(-1).attempt : '–'), true],
            ],
            'dead letters by reason',
          ),
    );

  const missing = (data) =>
    section(
      'missing-values',
      'Missing values',
      data.missing_values.length === 0
        ? none('None.')
        : table(
            [...data.missing_values].sort((a, b) => b.count - a.count),
            [
              ['field', (r) => clean(r.field), true],
              ['type', (r) => clean(r.event_type), true],
              ['records', (r) => count(r.count)],
            ],
            'missing values',
          ),
    );

  const files = (data) => {
    const mean = data.totals.files ? data.totals.bytes_out / data.totals.files : null;
    let before = null;
    const rows = data.file_sizes.map((size) => {
      const name = size.up_to_bytes === null ? `above ${bytes(before)}` : `up to ${bytes(size.up_to_bytes)}`;
      before = size.up_to_bytes;
      return [name, size.files];
    });
    return section(
      'files',
      'File sizes',
      el('p', { class: 'soft' }, `${count(data.totals.files)} files of ${bytes(mean)} on average.`),
      table(rows, [['size', (r) => r[0], true], ['files', (r) => count(r[1])]], 'file sizes'),
    );
  };

  const drift = (data) =>
    section(
      'drift',
      'Fields that are not as they were',
      el(
        'p',
        { class: 'soft' },
        `${count(data.drift.new)} new, ${count(data.drift.vanished)} vanished, ${count(data.drift.type_changed)} with another type.`,
      ),
      data.drift.findings.length === 0
        ? none('None listed.')
        : table(
            data.drift.findings,
            [
              ['type', (r) => clean(r.event_type), true],
              ['field', (r) => clean(r.path), true],
              ['what', (r) => clean(r.kind.replace('_', ' ')), true],
              ['before', (r) => (r.before === null ? '–' : clean(r.before)), true],
              ['now', (r) => (r.after === null ? '–' : clean(r.after)), true],
              ['events', (r) => count(r.events)],
              ['seen', (r) => time(r.at), true],
            ],
            'drift',
          ),
    );

  const ledger = (data) => {
    const l = data.ledger;
    return section(
      'ledger',
      'Ledger',
      table(
        [
          ['attempts landed', count(l.landed)],
          ['attempts sealed', count(l.sealed)],
          ['attempts fenced', count(l.fenced)],
          ['attempts unfinished', count(l.unfinished)],
          ['attempts out of balance', count(l.unbalanced)],
          ['damaged objects', count(l.damaged)],
          ['events landed last', time(l.last_landing)],
        ],
        [['', (r) => r[0], true], ['', (r) => r[1]]],
        'ledger',
      ),
    );
  };

  const seriesTable = (data) =>
    el(
      'details',
      { id: 'series' },
      el('summary', {}, 'The plots as a table'),
      table(
        [...data.series.buckets].reverse(),
        [
          ['from', (r) => time(r.at), true],
          ['received', (r) => count(r.received)],
          ['landed', (r) => count(r.landed)],
          ['duplicates', (r) => count(r.duplicates)],
          ['dead letters', (r) => count(r.dead_letters)],
          ['accuracy', (r) => share(r.accuracy)],
          ['fresh, half', (r) => delay(r.freshness_p50_seconds)],
          ['fresh, 95%', (r) => delay(r.freshness_p95_seconds)],
          ['file, mean', (r) => bytes(r.files ? r.bytes_out / r.files : null)],
        ],
        'series',
      ),
    );

  // ---- plots

  // Every bucket of the span, those in which nothing happened, too.
  const filled = (data) => {
    const width = data.series.bucket_seconds * 1000;
    const known = new Map(data.series.buckets.map((b) => [Date.parse(b.at), b]));
    if (known.size === 0) return [];
    const last = Math.max(...known.keys());
    const start = data.window === 'all' ? Math.min(...known.keys()) : Date.parse(data.from);
    const end = data.window === 'all' ? last : Math.max(last, Date.parse(data.to));
    const from = Math.max(Math.floor(start / width), Math.floor(end / width) - MAX_BUCKETS + 1);
    const buckets = [];
    for (let i = from; i * width <= end; i++) {
      buckets.push([i * width, known.get(i * width) || null]);
    }
    return buckets;
  };

  const label = (millis, seconds) => {
    const text = new Date(millis).toISOString();
    if (seconds >= 86400) return text.slice(0, 10);
    return seconds >= 3600 ? text.slice(5, 13).replace('T', ' ') + 'h' : text.slice(11, 16);
  };

  const PLOTS = [
    {
      id: 'throughput',
      title: 'Records a second',
      type: 'bar',
      stacked: true,
      sets: [
        ['landed', '#2f81c5', (b, s) => (b ? b.landed / s : 0)],
        ['duplicates', '#8b949e', (b, s) => (b ? b.duplicates / s : 0)],
        ['dead letters', '#d4483b', (b, s) => (b ? b.dead_letters / s : 0)],
        ['filtered', '#b58900', (b, s) => (b ? b.filtered / s : 0)],
      ],
    },
    {
      id: 'freshness',
      title: 'Freshness: seconds from event to lake',
      type: 'line',
      scale: 'logarithmic',
      sets: [
        ['half', '#2f81c5', (b) => (b ? b.freshness_p50_seconds : null)],
        ['95%', '#b5651d', (b) => (b ? b.freshness_p95_seconds : null)],
      ],
    },
    {
      id: 'accuracy',
      title: 'Accuracy: % of checked events that meet every expectation',
      type: 'line',
      max: 100,
      sets: [['accuracy', '#3a9a5b', (b) => (b && b.accuracy !== null ? b.accuracy * 100 : null)]],
    },
    {
      id: 'file-size',
      title: 'Mean file size, MiB',
      type: 'line',
      sets: [
        ['mean', '#7d5fb2', (b) => (b && b.files ? b.bytes_out / b.files / 1048576 : null)],
      ],
    },
  ];

  const axis = (more) => ({
    grid: { color: GRID },
    ticks: { color: LABEL, maxRotation: 0, autoSkipPadding: 16 },
    ...more,
  });

  const plot = (kind, canvas) =>
    new Chart(canvas, {
      type: kind.type,
      data: {
        labels: [],
        datasets: kind.sets.map(([name, color]) => ({
          label: name,
          data: [],
          borderColor: color,
          backgroundColor: color,
          borderWidth: kind.type === 'line' ? 2 : 0,
          pointRadius: 2,
          spanGaps: true,
        })),
      },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        interaction: { mode: 'index', intersect: false },
        plugins: { legend: { labels: { color: LABEL, boxWidth: 12 } } },
        scales: {
          x: axis({ stacked: Boolean(kind.stacked) }),
          y: axis({
            stacked: Boolean(kind.stacked),
            type: kind.scale || 'linear',
            beginAtZero: !kind.max && kind.scale !== 'logarithmic',
            suggestedMax: kind.max,
          }),
        },
      },
    });

  const plots = () => {
    const grid = el('div', { class: 'plots' });
    for (const kind of PLOTS) {
      const canvas = el('canvas', { role: 'img', 'aria-label': `${kind.title}; as a table below` });
      grid.append(
        el(
          'figure',
          { id: `plot-${kind.id}` },
          el('figcaption', {}, kind.title),
          el('div', { class: 'plot' }, canvas),
        ),
      );
      charts.set(kind, canvas);
    }
    return section('plots', 'Over time (UTC)', grid);
  };

  const draw = (data) => {
    const buckets = filled(data);
    const seconds = data.series.bucket_seconds;
    for (const kind of PLOTS) {
      let chart = charts.get(kind);
      if (chart instanceof HTMLCanvasElement) {
        chart = plot(kind, chart);
        charts.set(kind, chart);
      }
      chart.data.labels = buckets.map(([at]) => label(at, seconds));
      kind.sets.forEach(([, , of], i) => {
        const points = buckets.map(([, bucket]) => of(bucket, seconds));
        chart.data.datasets[i].data = points;
        chart.data.datasets[i].pointRadius = points.filter((p) => p !== null).length > 40 ? 0 : 2;
      });
      chart.update();
    }
  };

  // ---- the whole

  const about = (data) => {
    const lines = el('div', { id: 'about' });
    lines.append(
      el('p', { class: 'name' }, clean(data.lake)),
      el(
        'p',
        { class: 'soft', id: 'span' },
        data.from === null ? 'The ledger is empty.' : `${time(data.from)} to ${time(data.to)}`,
      ),
    );
    return lines;
  };

  const top = el('div', { id: 'top' });
  const middle = el('div', {});
  const bottom = el('div', { id: 'tables' });

  const show = (data) => {
    top.replaceChildren(about(data), attention(data), cards(data));
    if (!middle.hasChildNodes()) middle.append(plots());
    draw(data);
    const open = document.querySelector('#series')?.open;
    const series = seriesTable(data);
    if (open) series.setAttribute('open', '');
    bottom.replaceChildren(
      series,
      eventTypes(data),
      expectations(data),
      deadLetters(data),
      missing(data),
      files(data),
      drift(data),
      ledger(data),
    );
  };

  const main = document.getElementById('main');
  const given = document.getElementById('data');
  if (given) {
    main.replaceChildren(top, middle, bottom);
    show(JSON.parse(given.textContent));
  } else {
    let window = WINDOWS.includes(location.hash.slice(1)) ? location.hash.slice(1) : '24h';
    const state = el('p', { id: 'state', class: 'soft', 'aria-live': 'polite' }, 'Reading …');
    const choice = el('nav', { 'aria-label': 'span of time' });
    const buttons = WINDOWS.map((name) => el('button', { type: 'button' }, name));
    const press = () =>
      buttons.forEach((b, i) => b.setAttribute('aria-pressed', String(WINDOWS[i] === window)));
    const tell = (text, stale) => {
      state.textContent = text;
      state.className = stale ? 'stale' : 'soft';
    };
    let round = 0;

    const refresh = async () => {
      const mine = ++round;
      try {
        const answer = await fetch(`api/report?window=${window}`, {
          cache: 'no-store',
          signal: AbortSignal.timeout(PATIENCE_MILLIS),
        });
        const data = await answer.json();
        if (mine !== round) return;
        if (answer.ok) {
          show(data);
          tell(`As of ${time(data.to)}${data.stale ? '; ' + clean(data.stale) : ''}`, data.stale);
        } else {
          tell(data.error, true);
        }
      } catch {
        if (mine === round) tell('The monitor does not answer.', true);
      }
    };
    const again = async () => {
      if (!document.hidden) await refresh();
      setTimeout(again, REFRESH_MILLIS);
    };
    buttons.forEach((button, i) =>
      button.addEventListener('click', () => {
        window = WINDOWS[i];
        location.hash = window;
        press();
        refresh();
      }),
    );
    choice.append(...buttons);
    press();
    main.replaceChildren(choice, state, top, middle, bottom);
    again();
  }
})();
