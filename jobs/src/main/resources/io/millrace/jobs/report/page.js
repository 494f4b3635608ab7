'use strict';
(() => {
  const content = JSON.parse(document.getElementById('content').textContent);
  const byId = id => document.getElementById(id);

  // ---- text: everything from topics goes through here, and is only ever text ----

  /** An element with attributes and children; a child that is no node is its text. */
  function el(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
    }
    for (const child of children.flat(Infinity)) {
      if (child === null || child === undefined || child === '') continue;
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    }
    return node;
  }

  /** A name from a topic, kept from turning the text around it when it is written right to left. */
  const name = text => el('bdi', {}, text);

  const isNumber = x => typeof x === 'number' && isFinite(x);
  const whole = x => isNumber(x) ? x.toLocaleString('en') : '–';
  const percent = (x, digits = 1) => isNumber(x) ? (100 * x).toFixed(digits) + ' %' : '–';
  const signed = (x, digits = 3) => isNumber(x) ? (x > 0 ? '+' : '') + x.toFixed(digits) : '–';
  /** A p-value or a distance: three figures, small ones as powers. */
  function figure(x) {
    if (x === 'Infinity') return '∞';
    if (!isNumber(x)) return '–';
    if (x === 0) return '0';
    const size = Math.abs(x);
    if (size < 0.001) return x.toExponential(1);
    return size < 1000 ? String(Number(x.toPrecision(3))) : whole(Math.round(x));
  }
  /** What a plot's axis has room for. */
  function brief(x) {
    const size = Math.abs(x);
    if (size >= 1e6) return Number((x / 1e6).toPrecision(3)) + 'M';
    if (size >= 1e4) return Number((x / 1e3).toPrecision(3)) + 'k';
    return String(Number(x.toPrecision(3)));
  }
  const cut = (text, length) => [...text].length > length ? [...text].slice(0, length - 1).join('') + '…' : text;
  const midnight = iso => /T00:00:00(\.000)?Z$/.test(iso);
  const moment = iso => !iso ? '–' : midnight(iso) ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ');
  function span(start, end) { return moment(start) + ' to ' + moment(end); }
  function duration(millis) {
    if (!isNumber(millis)) return '–';
    for (const [unit, size] of [['d', 864e5], ['h', 36e5], ['min', 6e4], ['s', 1e3]]) {
      if (millis >= size) return Number((millis / size).toPrecision(3)) + ' ' + unit;
    }
    return Math.round(millis) + ' ms';
  }
  const lengthOf = window => Date.parse(window.window_end) - Date.parse(window.window_start);
  const word = constant => constant.toLowerCase().replaceAll('_', ' ');

  // ---- tables ----

  /** columns: [heading, value of a row, is it a number]. The first column names the row. */
  function table(caption, columns, rows) {
    return el('div', {class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption}, el('table', {},
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, columns.map(([heading, , number]) =>
        el('th', {scope: 'col', class: number && 'number'}, heading)))),
      el('tbody', {}, rows.map(row => el('tr', {}, columns.map(([, value, number], i) =>
        el(i ? 'td' : 'th', {scope: i ? null : 'row', class: number && 'number'}, value(row))))))));
  }
  const more = (label, inside) => el('details', {}, el('summary', {}, label), inside);
  const badge = (kind, text) => el('span', {class: 'badge ' + kind}, text);

  // ---- plots ----

  const plots = new Set();
  const colour = variable => getComputedStyle(document.documentElement).getPropertyValue(variable).trim();
  const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 5], [1, 4]];
  const KEYS = ['', 'dashed', 'dotted', 'dashed', 'dashed', 'dotted'];

  /** Holds a plot that is made anew whenever its width or the colours change. */
  function plot(label, height, make) {
    const holder = el('div', {class: 'plot', role: 'img', 'aria-label': label, style: null});
    const drawn = {holder, height, make, chart: null, width: 0};
    drawn.draw = () => {
      const width = Math.floor(holder.clientWidth);
      if (!width) return;
      if (drawn.chart) drawn.chart.destroy();
      drawn.width = width;
      const [options, data] = make();
      drawn.chart = new uPlot({width, height, padding: [10, 8, 0, 0], legend: {show: false}, ...options}, data, holder);
      holder.dataset.painted = 'true';
    };
    plots.add(drawn);
    widths.observe(holder);
    holder.plot = drawn;
    return holder;
  }
  const widths = new ResizeObserver(entries => {
    for (const {target} of entries) {
      if (target.plot && Math.floor(target.clientWidth) !== target.plot.width) target.plot.draw();
    }
  });
  function redraw() { plots.forEach(drawn => drawn.holder.isConnected ? drawn.draw() : plots.delete(drawn)); }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => { document.documentElement.classList.add('printing'); redraw(); });
  addEventListener('afterprint', () => { document.documentElement.classList.remove('printing'); redraw(); });

  function axis(more) {
    return {stroke: colour('--soft'), font: '12px system-ui, sans-serif', grid: {stroke: colour('--grid'), width: 1},
      ticks: {show: false}, ...more};
  }

  /** The features that reconstruction errors are made of: a record from before they were told has none. */
  const contributors = of => of.contributors || [];
  const shareOf = one => percent(one.share) + (isNumber(one.reference_share) ? ', reference ' + percent(one.reference_share) : '');

  /** A window's shares beside the reference's, bin by bin. */
  function distribution(label, feature) {
    const bins = feature.bins || [];
    const rows = bins.reduce((sum, bin) => sum + bin.count, 0);
    const numeric = feature.kind === 'NUMERIC';
    const texts = bins.map((bin, i) => !numeric ? bin.label
      : i === bins.length - 1 ? '> ' + (i ? brief(Number(bins[i - 1].label)) : '…') : '≤ ' + brief(Number(bin.label)));
    const share = bin => rows ? bin.count / rows : 0;
    const chart = plot(label, 190, () => {
      const many = bins.length;
      const every = Math.max(1, Math.ceil(many * 52 / 300));
      return [{
        cursor: {show: false},
        scales: {x: {time: false, range: [-0.6, many - 0.4]}, y: {range: (u, low, high) => [0, Math.max(high * 1.08, 0.01)]}},
        axes: [
          axis({splits: () => bins.map((bin, i) => i), grid: {show: false}, gap: 4, size: 34,
            values: (u, splits) => splits.map(i => i % every ? '' : cut(texts[i], every > 1 ? 9 : 7))}),
          axis({size: 46, values: (u, splits) => splits.map(x => Number((100 * x).toPrecision(3)) + ' %')}),
        ],
        series: [{},
          {fill: colour('--reference'), stroke: colour('--reference-edge'), width: 1, points: {show: false},
            paths: uPlot.paths.bars({size: [0.86, 60]})},
          {fill: colour('--current'), stroke: colour('--current'), width: 0, points: {show: false},
            paths: uPlot.paths.bars({size: [0.44, 30]})}],
      }, [bins.map((bin, i) => i), bins.map(bin => bin.reference_share), bins.map(share)]];
    });
    return el('figure', {}, chart,
      el('ul', {class: 'legend'}, el('li', {}, el('span', {class: 'key box'}), 'reference (wide)'),
        el('li', {}, el('span', {class: 'key bar'}), 'window (narrow)')),
      more('Numbers', table('Shares of valid rows by bin', [
        [numeric ? 'Up to' : 'Category', bin => name(bin.label === '' ? '(empty)' : bin.label)],
        ['Reference', bin => percent(bin.reference_share), true],
        ['Window', bin => percent(share(bin)), true],
        ['Rows', bin => whole(bin.count), true],
        ['Adds to PSI', bin => figure(bin.contribution), true]], bins)));
  }

  /** Lines over event time. lines: {label, colour 1–6, dash 0–5, points: [[iso, value]]}. */
  function timeline(title, lines, format, options = {}) {
    const used = lines.filter(line => line.points.some(([, value]) => isNumber(value)));
    const heading = el('figcaption', {}, el('strong', {}, title), options.note ? ' – ' + options.note : '');
    if (!used.length) return el('figure', {class: 'card'}, heading, el('p', {class: 'none'}, 'nothing to show yet'));
    const times = [...new Set(used.flatMap(line => line.points.map(([time]) => time)))].sort();
    const values = used.map(line => { const at = new Map(line.points); return times.map(time => isNumber(at.get(time)) ? at.get(time) : null); });
    const seconds = times.map(time => Date.parse(time) / 1000);
    const outputs = used.map(() => el('output', {}));
    const limit = options.limit;
    const chart = plot(title + ' over event time', 210, () => {
      const axes = [axis({space: 80, size: 30, values: (u, splits, at, space, step) => splits.map(time => {
        const iso = new Date(time * 1000).toISOString();
        return step < 86400 && !midnight(iso) ? iso.slice(11, 16) : iso.slice(0, 10);
      })}), axis({size: 52, values: (u, splits) => splits.map(format)})];
      const first = seconds[0], last = seconds[seconds.length - 1], edge = Math.max((last - first) * 0.03, 43200);
      return [{
        tzDate: time => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC'),
        cursor: {y: false, drag: {x: false, y: false}, points: {size: 7}},
        scales: {x: {range: [first - edge, last + edge]},
          y: {range: (u, low, high) => {
            if (options.zero || limit) low = Math.min(0, low);
            if (limit) high = Math.max(high, limit * 1.15);
            const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 0.1;
            return [options.zero || limit ? low : low - room, high + room];
          }}},
        axes,
        hooks: {
          setCursor: [u => outputs.forEach((output, i) => {
            const at = u.cursor.idx;
            output.textContent = at === null || at === undefined || u.cursor.left < 0 ? '' : times[at].slice(0, 10) + ': ' + format(values[i][at]);
          })],
          draw: limit ? [u => {
            const y = u.valToPos(limit, 'y', true), ctx = u.ctx;
            ctx.save(); ctx.strokeStyle = colour('--bad'); ctx.lineWidth = devicePixelRatio; ctx.setLineDash([6, 4]);
            ctx.beginPath(); ctx.moveTo(u.bbox.left, y); ctx.lineTo(u.bbox.left + u.bbox.width, y); ctx.stroke(); ctx.restore();
          }] : [],
        },
        // Those that answer are drawn last, over the others.
        series: [{}, ...[...used].reverse().map(line => ({stroke: colour('--s' + line.colour), width: 2, dash: DASHES[line.dash], spanGaps: true,
          points: {show: times.length <= 60, size: times.length > 2 ? 5 : 10, fill: colour('--s' + line.colour)}}))],
      }, [seconds, ...[...values].reverse()]];
    });
    return el('figure', {class: 'card'}, heading, chart,
      el('ul', {class: 'legend'}, used.map((line, i) => el('li', {},
        el('span', {class: 'key c' + line.colour + ' ' + KEYS[line.dash]}), name(line.label), outputs[i])),
        limit ? el('li', {}, el('span', {class: 'key climit dashed'}), options.limitLabel) : null),
      more('Numbers', table(title, [['Window from', row => moment(times[row])],
        ...used.map((line, i) => [line.label, row => format(values[i][row]), true])], times.map((time, i) => i).reverse())));
  }

  // ---- sections ----

  const sections = [];
  function section(id, title, lead, ...inside) {
    sections.push([id, title]);
    byId(id).replaceChildren(el('h2', {}, title), lead ? el('p', {class: 'lead'}, lead) : '', ...inside);
  }
  function choice(label, options, chosen) {
    const select = el('select', {}, options.map((text, i) => el('option', {value: i}, text)));
    select.addEventListener('change', () => chosen(Number(select.value)));
    return el('label', {}, label, select);
  }

  const CAUSES = {DISTRIBUTION: 'distribution', NEW_CATEGORIES: 'new categories', MISSING: 'missing values'};
  const measureOf = feature => feature.kind === 'NUMERIC' ? ['KS', 'ks', 'ks'] : ['TV', 'total_variation', 'total_variation'];

  function head() {
    document.title = content.pipeline + ' – monitoring report';
    byId('title').append(name(content.pipeline));
    const starts = [...content.drift.flatMap(group => group.windows.map(window => window.start)), ...content.quality.map(report => report.window_start)].sort();
    const ends = [...content.drift.flatMap(group => group.windows.map(window => window.end)), ...content.quality.map(report => report.window_end)].sort();
    byId('about').append('Model ', name(content.model), ' · event time ', span(starts[0], ends[ends.length - 1]), ' UTC · written ', moment(content.made_at), ' UTC');
  }

  /** The kinds of windows that quality reports have: whole windows, and days. */
  const lengths = [...new Set(content.quality.map(lengthOf))].sort((a, b) => a - b);
  const ofLength = length => content.quality.filter(report => lengthOf(report) === length);
  /** Latest reports by version and route, those that answer first. */
  function latest(reports) {
    const last = new Map();
    for (const report of reports) last.set(JSON.stringify([report.model_version, report.route]), report);
    const order = ['CHAMPION', 'CHALLENGER', 'FALLBACK', 'SHADOW'];
    return [...last.values()].sort((a, b) => order.indexOf(a.route) - order.indexOf(b.route) || b.window_end.localeCompare(a.window_end));
  }
  const lineName = report => content.model + '/' + report.model_version + ' ' + word(report.route);
  const labelledLast = reports => [...reports].reverse().find(report => report.route === 'CHAMPION' && isNumber(report.realised.auc));

  function overview() {
    const tile = (kind, label, value, note) => el('div', {class: 'tile ' + kind}, el('div', {class: 'label'}, label),
      el('div', {class: 'value'}, value), el('div', {class: 'note'}, note));
    const open = content.incidents.filter(alerts => alerts[alerts.length - 1].state !== 'RESOLVED');
    const group = content.drift[0];
    const tiles = [tile(open.length ? 'bad' : 'good', 'Open incidents', whole(open.length), 'of ' + whole(content.incidents.length) + ' in this range')];
    if (group) {
      const window = group.windows[group.windows.length - 1];
      const now = group.features.filter(feature => feature.latest_window === group.windows.length - 1 && feature.latest.causes.length);
      tiles.push(tile(now.length ? 'bad' : 'good', 'Drifted in the last window', now.length + ' of ' + group.features.length,
        span(window.start, window.end) + ', ' + whole(window.rows) + ' rows'));
    }
    const report = lengths.length ? labelledLast(ofLength(lengths[lengths.length - 1])) : null;
    if (report) {
      const when = span(report.window_start, report.window_end);
      tiles.push(tile('', 'AUC', figure(report.realised.auc), 'estimated without labels ' + figure(report.estimated.auc) + '; ' + when));
      tiles.push(tile('', 'Recall', figure(report.realised.recall), 'precision ' + figure(report.realised.precision) + ' at ' + content.decision.threshold + '; ' + when));
      tiles.push(tile('', 'Labelled', percent(report.labels.coverage), 'half of the labels within ' + duration(report.labels.delay_median_millis)));
    }
    const dead = content.dead_letters.reduce((sum, one) => sum + one.records, 0);
    tiles.push(tile('', 'Dead letters', whole(dead), content.dead_letters.length ? content.dead_letters.length + (content.dead_letters.length === 1 ? ' reason' : ' reasons') : 'none was refused'));
    byId('overview').append(...tiles);
  }

  function incidents() {
    if (!content.incidents.length) {
      section('incidents', 'Incidents', null, el('p', {class: 'none'}, 'No alert was raised in this range.'));
      return;
    }
    const cards = [...content.incidents].reverse().map(alerts => {
      const last = alerts[alerts.length - 1];
      const told = [...alerts].reverse().find(alert => alert.culprits.length) || last;
      const over = last.state === 'RESOLVED', critical = last.severity === 'CRITICAL';
      return el('article', {class: 'card incident ' + (over ? 'over' : critical ? 'bad' : 'warn')},
        el('div', {class: 'head'}, el('h3', {}, name(told.summary)), el('span', {},
          badge(critical ? 'bad' : 'warn', word(last.severity)), ' ', badge(over ? 'good' : 'bad', over ? 'resolved' : 'open'))),
        el('p', {class: 'small'}, word(last.source), ' of ', name(content.model + '/' + last.model_version),
          last.segment ? [', segment ', name(last.segment)] : '', ' · since ', moment(last.since),
          over ? ' until ' + moment(last.window_end) : '', ' · ', whole(told.rows), ' rows in the window that decided'),
        told.culprits.length ? table('What is to blame, the worst first', [
          ['Culprit', culprit => name(culprit.name)], ['In', culprit => CAUSES[culprit.cause] || name(word(culprit.cause))],
          ['Measure', culprit => name(culprit.measure)],
          ['Value', culprit => figure(culprit.value), true], ['At most', culprit => figure(culprit.limit), true],
          ['q', culprit => figure(culprit.q), true], ['Windows', culprit => whole(culprit.windows), true],
          ['What differs most', culprit => contributors(culprit).length ? ['made of ', contributors(culprit).slice(0, 3).map((one, i) => [i ? ', ' : '', name(one.name),
            ' (' + shareOf(one) + ')']).flat()]
            : culprit.bins.length ? culprit.bins.slice(0, 3).map((bin, i) => [i ? ', ' : '', name(bin.label),
              ' (reference ' + percent(bin.reference_share) + ', ' + whole(bin.count) + ' rows)']).flat() : '–']], told.culprits) : '',
        (told.event_ids || []).length ? el('p', {class: 'small'}, 'Some events of the window: ', told.event_ids.map((id, i) => [i ? ', ' : '', name(id)])) : '',
        more('History and reference', [table('Alerts of this incident', [
          ['Window', alert => span(alert.window_start, alert.window_end)], ['State', alert => word(alert.state)],
          ['Severity', alert => word(alert.severity)], ['What was said', alert => name(alert.summary)]], alerts),
          el('p', {class: 'small'}, 'Incident ', name(last.incident), last.reference_version ? [' · reference ', name(last.reference_version), last.reference_segment ? [' of segment ', name(last.reference_segment)] : ''] : '')]));
    });
    section('incidents', 'Incidents', 'What was large, significant and lasting enough to tell people, the newest first.', el('div', {class: 'stack'}, cards));
  }

  function drift() {
    if (!content.drift.length) {
      section('drift', 'Drift', null, el('p', {class: 'none'}, 'No drift report reaches into this range yet.'));
      return;
    }
    const body = el('div', {class: 'stack'});
    let which = 0, latestShown = false;
    const show = () => {
      const group = content.drift[which], windows = group.windows;
      const last = windows[windows.length - 1];
      const plotted = group.features.filter(feature => feature.series);
      const details = [...new Set(windows.filter(window => window.status !== 'COMPARED').map(window => window.detail))];
      const partial = windows.filter(window => window.parts_missing).length;
      const top = plotted.filter(feature => isNumber(feature.effect) && feature.effect >= 0).slice(0, 6);
      const cards = plotted.map((feature, rank) => {
        const atLatest = latestShown || !feature.furthest;
        const shown = atLatest ? feature.latest : feature.furthest;
        const window = windows[atLatest ? feature.latest_window : feature.furthest_window];
        const [measure, key, limit] = measureOf(shown);
        const causes = shown.causes.map(cause => CAUSES[cause] || word(cause));
        const distances = shown.from_reference;
        return el('article', {class: 'card feature', 'data-feature': feature.name},
          el('div', {class: 'head'}, el('h3', {}, el('span', {class: 'rank'}, rank + 1), name(feature.name), shown.role === 'FEATURE' ? '' : el('span', {class: 'rank'}, ' (' + word(shown.role) + ')')),
            feature.drifted ? badge('bad', '▲ drifted in ' + feature.drifted + ' of ' + feature.compared) : feature.compared ? badge('good', '● within limits') : badge('plain', 'not compared')),
          el('p', {class: 'small'}, span(window.start, window.end), ' · ', measure, ' ', figure(distances[key]), ' (at most ', content.limits[limit], ') · PSI ', figure(distances.psi), ' · q ', figure(shown.q),
            causes.length ? ' · in ' + causes.join(', ') : ''),
          shown.bins.length ? distribution('Distribution of ' + feature.name + ', reference against window', shown) : el('p', {class: 'none'}, shown.status === 'NO_REFERENCE' ? 'The reference profile does not have it.' : 'No valid value to compare.'),
          contributors(shown).length ? table('What the errors are made of, the largest change first', [
            ['Feature', one => name(one.name)], ['Reference', one => percent(one.reference_share), true],
            ['Window', one => percent(one.share), true]], contributors(shown)) : '');
      });
      body.replaceChildren(
        details.length ? el('p', {class: 'notice'}, 'Some windows were not compared: ', name(details.join('; '))) : '',
        last.reference_from ? el('p', {class: 'small'}, 'The last window was compared with the rows of ', span(last.reference_from, last.reference_to), '.') : '',
        group.segment && last.reference_version && !last.reference_from ? el('p', {class: 'small'}, last.reference_segment ? 'The last window was compared with the reference of this segment.'
          : 'The last window was compared with the reference of all rows: the profile has none of this segment.') : '',
        partial ? el('p', {class: 'notice'}, partial + ' windows lack a part of their report, and so some features.') : '',
        table('Features by drift: in how many windows, then how far. Limits: KS ' + content.limits.ks + ', total variation ' + content.limits.total_variation
          + ', new categories ' + percent(content.limits.new_category_ratio) + ', change of missing ' + percent(content.limits.missing_change) + ', q ' + content.limits.alpha, [
          ['Feature', feature => name(feature.name)],
          ['Drifted', feature => feature.drifted + ' of ' + feature.compared, true],
          ['Furthest', feature => feature.effect >= 0 ? Number(feature.effect.toPrecision(2)) + ' × limit' : '–', true],
          ['Last window', feature => feature.latest.causes.length ? '▲ ' + feature.latest.causes.map(cause => CAUSES[cause] || word(cause)).join(', ')
            : feature.latest.status === 'COMPARED' ? '● within limits' : word(feature.latest.status)],
          ['KS or TV', feature => figure(feature.latest.from_reference[measureOf(feature.latest)[1]]), true],
          ['PSI', feature => figure(feature.latest.from_reference.psi), true],
          ['Wasserstein / std', feature => figure(feature.latest.from_reference.wasserstein_normed), true],
          ['JS', feature => figure(feature.latest.from_reference.jensen_shannon), true],
          ['q', feature => figure(feature.latest.q), true],
          ['From window before', feature => figure(feature.latest.from_previous[measureOf(feature.latest)[1]]), true]], group.features),
        timeline('Drift over time', top.map((feature, i) => ({label: feature.name, colour: i + 1, dash: i,
          points: feature.series.map(([at, effect]) => [windows[at].start, effect])})), x => isNumber(x) ? brief(x) + ' ×' : '–',
          {limit: 1, limitLabel: 'what the pipeline lets pass', note: 'the largest measure of each window, in multiples of its limit'}),
        el('div', {class: 'grid'}, cards),
        group.features.length > plotted.length ? el('p', {class: 'small'}, 'The table has all ' + group.features.length + ' features; the ' + plotted.length + ' that differ most are drawn.') : '');
      body.dataset.last = last.end;
    };
    const groups = content.drift.map(group => content.model + '/' + group.version + (group.segment ? ', segment ' + group.segment : ', all rows'));
    section('drift', 'Drift', 'How far each window is from what the model was trained on. A feature has drifted where the effect passes its limit and q, its p-value adjusted for all tests of the window, is below ' + content.limits.alpha + '.',
      el('div', {class: 'controls'},
        groups.length > 1 ? choice('Of', groups, at => { which = at; show(); }) : el('span', {class: 'small'}, 'Of ', name(groups[0])),
        choice('Distributions of', ['each feature’s furthest window', 'the last window'], at => { latestShown = at === 1; show(); })),
      content.segments_left_out ? el('p', {class: 'small'}, content.segments_left_out + ' segments that differ less are left out; the topic has them.') : '',
      body);
    show();
  }

  function quality() {
    if (!content.quality.length) {
      section('quality', 'Quality', null, el('p', {class: 'none'}, 'No quality report reaches into this range; there are some where the pipeline has labels.'));
      return;
    }
    const body = el('div', {class: 'stack'});
    const show = length => {
      const reports = ofLength(length);
      const lines = latest(reports).slice(0, 6);
      const points = (line, value) => reports.filter(report => report.model_version === line.model_version && report.route === line.route).map(report => [report.window_start, value(report)]);
      const both = (value, estimated) => lines.flatMap((line, i) => [
        {label: lineName(line), colour: i + 1, dash: estimated ? 0 : i, points: points(line, value)},
        ...(estimated ? [{label: lineName(line) + ', estimated', colour: i + 1, dash: 2, points: points(line, estimated)}] : [])]);
      const plain = x => isNumber(x) ? String(Number(x.toFixed(3))) : '–';
      const days = x => isNumber(x) ? Number(x.toPrecision(3)) + ' d' : '–';
      const last = labelledLast(reports);
      const reliability = last && last.calibration.tenths.length ? el('figure', {class: 'card'},
        el('figcaption', {}, el('strong', {}, 'Calibration of the last labelled window'), ' – ' + span(last.window_start, last.window_end)),
        table('By tenths of the score: a calibrated model’s mean score is the share of positives', [
          ['Scores', tenth => tenth.low.toFixed(1) + ' to ' + (tenth.low + 0.1).toFixed(1)],
          ['Labelled', tenth => whole(tenth.labelled), true], ['Mean score', tenth => figure(tenth.mean_score), true],
          ['Positives', tenth => figure(tenth.positive_share), true],
          ['Off by', tenth => signed(tenth.mean_score - tenth.positive_share), true]], last.calibration.tenths)) : '';
      body.replaceChildren(el('div', {class: 'grid wide'},
        timeline('AUC', both(report => report.realised.auc, report => report.estimated.auc), plain),
        timeline('Average precision', both(report => report.ranking.average_precision), plain),
        timeline('Recall', both(report => report.realised.recall, report => report.estimated.recall), plain),
        timeline('Precision', both(report => report.realised.precision, report => report.estimated.precision), plain),
        timeline('Log loss', both(report => report.calibration.log_loss), plain, {note: 'less is better'}),
        timeline('Calibration error', both(report => report.calibration.expected_error), plain, {note: 'less is better'}),
        timeline('Rows with a label', both(report => report.labels.coverage), x => isNumber(x) ? Number((100 * x).toPrecision(3)) + ' %' : '–', {zero: true}),
        timeline('Label delay', lines.flatMap((line, i) => [
          {label: lineName(line) + ', half', colour: i + 1, dash: i, points: points(line, report => report.labels.delay_median_millis / 864e5 || null)},
          {label: lineName(line) + ', 9 in 10', colour: i + 1, dash: 2, points: points(line, report => report.labels.delay_90_millis / 864e5 || null)}]), days, {zero: true}),
        timeline('Cost of wrong decisions', both(report => report.cost), x => isNumber(x) ? brief(x) : '–', {zero: true}), reliability));
    };
    const initial = lengths.length - 1;
    const kinds = lengths.map((length, i) => duration(length) + (i === initial && lengths.length > 1 ? ', whole windows' : ''));
    section('quality', 'Quality', 'How right scores were at the time of their events, as far as labels have come. Estimated is what the calibrated scores say without labels (CBPE): it sees drift of what goes in, never a change of what is true.',
      lengths.length > 1 ? el('div', {class: 'controls'}, choice('Windows of', kinds, at => show(lengths[at]))) : '', body);
    show(lengths[0]);
  }

  function decisions() {
    const reports = lengths.length ? ofLength(lengths[lengths.length - 1]) : [];
    const last = labelledLast(reports);
    if (!last) return;
    const c = last.confusion;
    section('decisions', 'Decisions and cost', span(last.window_start, last.window_end) + ', ' + whole(last.labels.labelled) + ' labelled of ' + whole(last.rows) + ' rows. ' + content.decision.at_or_above + ' is decided from ' + content.decision.threshold + ' on.',
      table('Decisions against labels' + (isNumber(last.cost) ? '; the wrong ones cost ' + figure(last.cost) : ''), [
        ['Decided', row => name(row[0])], ['Truly positive', row => whole(row[1]), true], ['Truly negative', row => whole(row[2]), true], ['Share right', row => percent(row[3]), true]], [
        [content.decision.at_or_above, c.true_positives, c.false_positives, last.realised.precision],
        [content.decision.below, c.false_negatives, c.true_negatives, c.true_negatives / (c.true_negatives + c.false_negatives)]]));
  }

  function routes() {
    const reports = lengths.length ? latest(ofLength(lengths[lengths.length - 1])) : [];
    if (!reports.length) return;
    section('routes', 'Champion and others', 'The last window of each version and route. A shadow scores the same rows and never decides; a challenger answers a share of the entities.',
      table('Versions side by side', [
        ['Version, route', report => name(lineName(report))], ['Window', report => span(report.window_start, report.window_end)],
        ['Rows', report => whole(report.rows), true], ['Labelled', report => percent(report.labels.coverage), true],
        ['AUC', report => figure(report.realised.auc), true], ['AP', report => figure(report.ranking.average_precision), true],
        ['Precision', report => figure(report.realised.precision), true], ['Recall', report => figure(report.realised.recall), true],
        ['Log loss', report => figure(report.calibration.log_loss), true], ['Cost', report => figure(report.cost), true],
        ['AUC estimated', report => figure(report.estimated.auc), true], ['Gap', report => signed(report.gap.auc), true]], reports));
  }

  function segments() {
    if (!content.quality_segments.length) return;
    const whichLength = Math.max(...content.quality_segments.map(lengthOf));
    const rows = content.quality_segments.filter(report => lengthOf(report) === whichLength);
    const fair = content.quality.filter(report => lengthOf(report) === whichLength && report.fairness.segments > 1 && report.route === 'CHAMPION').pop();
    section('segments', 'Segments and fairness', content.segment ? ['By ', name(content.segment), ': the last window of each.'] : null,
      fair ? table('How differently segments fare, ' + span(fair.window_start, fair.window_end), [
        ['Segments that count', () => whole(fair.fairness.segments)],
        ['Demographic parity difference', () => figure(fair.fairness.demographic_parity_difference), true],
        ['Disparate impact ratio', () => figure(fair.fairness.disparate_impact_ratio), true],
        ['Equal opportunity difference', () => figure(fair.fairness.equal_opportunity_difference), true],
        ['Equalised odds difference', () => figure(fair.fairness.equalised_odds_difference), true]], [fair]) : '',
      el('p', {}),
      table('Segments by rows' + (content.quality_segments_left_out ? '; ' + content.quality_segments_left_out + ' smaller ones are left out' : ''), [
        ['Segment', report => name(report.segment)], ['Version, route', report => name(lineName(report))], ['Rows', report => whole(report.rows), true],
        ['Decided', report => percent(report.decided / report.rows), true], ['Labelled', report => percent(report.labels.coverage), true],
        ['AUC', report => figure(report.realised.auc), true], ['Precision', report => figure(report.realised.precision), true],
        ['Recall', report => figure(report.realised.recall), true]], rows));
  }

  function data() {
    const group = content.drift[0];
    const missing = feature => feature.latest.current.rows ? feature.latest.current.missing / feature.latest.current.rows : null;
    section('data', 'Data quality', 'What came in, whatever its distribution.',
      group ? table('Features of the last window, ' + span(group.windows[group.windows.length - 1].start, group.windows[group.windows.length - 1].end), [
        ['Feature', feature => name(feature.name)], ['Kind', feature => word(feature.latest.kind)], ['Rows', feature => whole(feature.latest.current.rows), true],
        ['Missing', feature => percent(missing(feature)), true],
        ['Change', feature => isNumber(feature.latest.from_reference.missing_change) ? signed(100 * feature.latest.from_reference.missing_change, 1) + ' points' : '–', true],
        ['Mean', feature => figure(feature.latest.current.mean), true], ['Min', feature => figure(feature.latest.current.min), true], ['Max', feature => figure(feature.latest.current.max), true],
        ['Below reference', feature => feature.latest.kind === 'NUMERIC' ? whole(feature.latest.current.below_reference) : '–', true],
        ['Above reference', feature => feature.latest.kind === 'NUMERIC' ? whole(feature.latest.current.above_reference) : '–', true],
        ['New categories', feature => percent(feature.latest.from_reference.new_category_ratio), true]], group.features) : '',
      el('p', {}),
      content.dead_letters.length ? table('Dead letters by reason, by the time at which the refused record had reached Kafka', [
        ['Reason', one => name(one.reason)], ['Stage', one => name(one.stage)], ['Records', one => whole(one.records), true],
        ['The last one', one => name(one.detail)]], content.dead_letters) : el('p', {class: 'none'}, 'No record was refused.'));
  }

  function reading() {
    const terms = [
      ['Event time', 'All times are those of events, in UTC. Windows count rows at the time of their event, whenever labels come.'],
      ['Reference', 'What the version’s features and scores were like when it was trained: its reference profile.'],
      ['KS, TV', 'The largest distance between two cumulated shares, of numbers; half the sum of the differences of shares, of categories.'],
      ['PSI', 'Population stability index over the reference’s tenths or categories: it also grows where few rows move far.'],
      ['q', 'The smallest p-value of the feature’s tests, adjusted by Benjamini and Hochberg for all tests of the window.'],
      ['× limit', 'By how many times a measure is what the pipeline lets pass. Features are ranked by it; all other figures are as they were published.'],
      ['Incident', 'Drift that was large and significant in ' + content.limits.windows + ' of ' + content.limits.of + ' windows of at least ' + whole(content.limits.min_rows) + ' rows; a change of quality that a detector or a gap between labels and estimates shows.'],
    ];
    section('reading', 'How to read this', null, el('dl', {}, terms.map(([term, text]) => [el('dt', {}, term), el('dd', {}, text)])),
      content.unreadable ? el('p', {class: 'notice'}, whole(content.unreadable) + ' records were no reports and were passed over.') : '');
  }

  head(); overview(); incidents(); drift(); quality(); decisions(); routes(); segments(); data(); reading();
  byId('nav').append(...sections.map(([id, title]) => el('a', {href: '#' + id}, title)));
  for (const id of ['decisions', 'routes', 'segments']) if (!byId(id).childElementCount) byId(id).remove();
  requestAnimationFrame(() => { redraw(); document.documentElement.dataset.ready = 'true'; });
})();
