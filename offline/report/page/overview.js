// SPDX-License-Identifier: MIT
//
// What is in the captures at a glance, and each part's list.
'use strict'

function tally (rows, key) {
  const counts = new Map()
  for (const row of rows) {
    const value = key(row)
    if (value !== undefined && value !== '') counts.set(value, (counts.get(value) || 0) + 1)
  }
  return [...counts].sort((a, b) => b[1] - a[1])
}

// Bars with their numbers, which are text; the bars themselves are decoration.
function bars (entries, { kind = () => 'accent', href, show = number } = {}) {
  const most = Math.max(1, ...entries.map(entry => entry[1]))
  return h('ul', { class: 'bars' }, entries.map(([name, count]) => {
    const bar = h('span', { class: 'bar-fill ' + kind(name), 'aria-hidden': 'true' })
    bar.style.width = Math.max(0.6, count / most * 100) + '%'
    return h('li', {}, h('span', { class: 'bar-name' }, href ? h('a', { href: href(name) }, name) : name),
      h('span', { class: 'bar-track', 'aria-hidden': 'true' }, bar), h('span', { class: 'bar-count' }, show(count)))
  }))
}

function stacked (entries, kind) {
  const total = entries.reduce((sum, entry) => sum + entry[1], 0) || 1
  return h('div', { class: 'stack', 'aria-hidden': 'true' }, entries.map(([name, count]) => {
    const part = h('span', { class: kind(name) })
    part.style.flexGrow = count / total
    return part
  }))
}

// How many began in each of some equal spans, those that failed below.
function timeline (calls) {
  const times = calls.map(call => millis(call.start))
  const first = times.reduce((a, b) => Math.min(a, b), Infinity)
  const length = times.reduce((a, b) => Math.max(a, b), -Infinity) - first
  if (calls.length < 5 || length <= 0) return null
  const [count, width, height] = [Math.min(120, calls.length * 2), 1200, 96]
  const spans = Array.from({ length: count }, () => [0, 0])
  calls.forEach((call, i) => spans[Math.min(count - 1, Math.floor((times[i] - first) / length * count))][stateClass(call.state) === 'failure' ? 1 : 0]++)
  const most = spans.reduce((a, b) => Math.max(a, b[0] + b[1]), 0)
  const step = width / count
  const chart = s('svg', { class: 'timeline', viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': `Begun over time: at most ${most} in ${span(length / count)}` })
  spans.forEach(([good, bad], i) => {
    const [high, low] = [good, bad].map(n => n / most * height)
    const text = `${clockOf(first + i * length / count)}: ${good + bad} begun, ${bad} failed`
    if (good + bad > 0) chart.append(s('g', {}, s('title', {}, text), s('rect', { class: 'good', x: i * step, y: height - high - low, width: step * 0.82, height: high }), s('rect', { class: 'bad', x: i * step, y: height - low, width: step * 0.82, height: low })))
  })
  return h('section', { class: 'card timeline-card' }, h('h3', {}, 'Begun over time ', h('span', { class: 'dim small' }, `calls and all else, ${span(length / count)} a bar, failed in red`)), chart,
    h('div', { class: 'axis dim small' }, h('span', {}, clockOf(first)), h('span', {}, clockOf(first + length / 2)), h('span', {}, clockOf(first + length))))
}

function card (title, ...children) { return h('section', { class: 'card' }, h('h3', {}, title), children) }

const closeOf = connection => {
  if (connection.status && connection.status !== 101 && !(connection.stream && connection.status < 300)) return `refused ${connection.status}`
  const close = connection.close
  if (!close) return 'open at the end'
  if (close.reason === undefined) return close.tcp === 'fin' ? 'TCP ended, no Close' : `TCP ${close.tcp}, no Close`
  return `${close[close.by + '_code'] || close.code || 1005}${close.by ? ' by the ' + close.by : ''}`
}
const closeKind = text => /^(1000|1001|1005)|open/.test(text) ? 'success' : 'failure'

function percentile (sorted, share) { return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] }

function responseTimes () {
  const sets = [
    ['Call to its first ringing', data.calls.filter(call => call.kind === 'call' && call.ringing).map(call => millis(call.ringing) - millis(call.start))],
    ['Call to its answer', data.calls.filter(call => call.kind === 'call' && call.setup_ms !== undefined).map(call => call.setup_ms)],
    ['Registration to its answer', data.calls.filter(call => call.kind === 'registration' && call.setup_ms !== undefined).map(call => call.setup_ms)],
    ['Other requests', data.calls.filter(call => call.kind !== 'call' && call.kind !== 'registration' && call.setup_ms !== undefined).map(call => call.setup_ms)]
  ].filter(set => set[1].length > 0)
  if (sets.length === 0) return h('p', { class: 'empty' }, 'Nothing was answered.')
  const cells = times => [number(times.length), span(percentile(times, 0.5)), span(percentile(times, 0.95)), span(times[times.length - 1])]
  return h('table', { class: 'plain-table' }, h('thead', {}, h('tr', {}, ['From', 'Number', 'Median', '95 %', 'Longest'].map((title, i) => h('th', { scope: 'col', class: i ? 'right' : '' }, title)))),
    h('tbody', {}, sets.map(([name, times]) => h('tr', {}, h('th', { scope: 'row' }, name), cells(times.sort((a, b) => a - b)).map(text => h('td', { class: 'right' }, text))))))
}

function ledgerSums () {
  const sums = { bytes: 0, decoded: 0, reasons: new Map() }
  for (const ledger of data.ledgers) {
    sums.bytes += ledger.bytes
    sums.decoded += ledger.decoded
    for (const loss of ledger.undecoded) sums.reasons.set(loss.reason, (sums.reasons.get(loss.reason) || 0) + loss.bytes)
  }
  return sums
}

const share = sums => {
  if (sums.bytes === 0) return '100'
  const percent = sums.decoded / sums.bytes * 100
  return percent === 100 ? '100' : Math.min(percent, 99.9).toFixed(1)
}

const ledgerLine = sums => h('p', { class: 'figure' }, h('strong', {}, `${share(sums)} %`), ` of ${bytes(sums.bytes)} that may carry SIP were read`)

function overview () {
  const calls = data.calls.filter(call => call.kind === 'call')
  const failed = data.calls.filter(call => stateClass(call.state) === 'failure')
  const sums = ledgerSums()
  const statuses = tally(failed.filter(call => call.status), call => String(call.status))
  const first = data.captures.map(capture => capture.first).filter(Boolean).sort()[0]
  const last = data.captures.map(capture => capture.last).filter(Boolean).sort().pop()
  const findings = data.groups.reduce((sum, group) => sum + group.count, 0)
  const musts = data.groups.filter(group => group.weight === 2).reduce((sum, group) => sum + group.count, 0)
  const figure = (value, name, href, kind) => h('a', { class: 'tile ' + (kind || ''), href }, h('strong', {}, number(value)), h('span', {}, name))
  const states = tally(calls, call => call.state)
  const kinds = tally(data.calls.filter(call => call.kind !== 'call'), call => call.kind)
  const damage = data.captures.flatMap(capture => (capture.damage || []).map(part => `${capture.file}, at byte ${number(part.offset)}: ${part.text}`))
  return [h('h2', {}, 'Overview'),
    h('p', { class: 'dim' }, first ? `${day(first)} ${clock(first)} to ${day(last) === day(first) ? '' : day(last) + ' '}${clock(last)} UTC, ${span(millis(last) - millis(first))}` : 'No packets'),
    damage.length ? h('div', { class: 'warning' }, h('strong', {}, 'Damaged: '), damage.join('; ')) : null,
    h('div', { class: 'tiles' }, figure(calls.length, calls.length === 1 ? 'call' : 'calls', '#calls'),
      figure(failed.length, 'failed, calls or other', '#calls=failed', failed.length ? 'failure' : ''), figure(data.connections.length, 'WebSocket connections', '#connections'),
      figure(musts, 'breaches of a MUST', '#findings', musts ? 'failure' : ''), figure(findings - musts, 'lesser findings', '#findings')),
    timeline(data.calls),
    h('div', { class: 'cards' },
      card('What became of the calls', states.length ? [stacked(states, stateClass), bars(states, { kind: stateClass })] : h('p', { class: 'empty' }, 'There are none.')),
      card('Besides calls', kinds.length ? bars(kinds) : h('p', { class: 'empty' }, 'There is nothing else.')),
      card('Response times', responseTimes()),
      card('Why they failed', statuses.length ? bars(statuses.slice(0, 10), { kind: () => 'failure' }) : h('p', { class: 'empty' }, 'No final response refused anything.')),
      card('How connections ended', data.connections.length ? bars(tally(data.connections, closeOf).slice(0, 10), { kind: closeKind }) : h('p', { class: 'empty' }, 'There are no WebSocket connections.')),
      card('Rules broken most', data.groups.length ? bars(tallyRules().slice(0, 8), { kind: rule => ['plain', 'redirect', 'failure'][data.rule.get(rule).weight], href: rule => `#findings=${rule}` }) : h('p', { class: 'empty' }, 'No rule was broken.')),
      card('What was read', ledgerLine(sums), sums.reasons.size ? bars([...sums.reasons].sort((a, b) => b[1] - a[1]), { kind: () => 'redirect', show: bytes }) : null, h('p', {}, h('a', { href: '#ledger' }, 'All of it'))),
      card('Captures', h('ul', { class: 'captures' }, data.captures.map(capture => h('li', {}, h('span', { class: 'mono' }, capture.file), h('span', { class: 'dim' }, ` ${plural(capture.packets, 'packet')}, ${capture.format}`))))))]
}

function tallyRules () {
  const counts = new Map()
  for (const group of data.groups) counts.set(group.rule, (counts.get(group.rule) || 0) + group.count)
  return [...counts].sort((a, b) => b[1] - a[1])
}

// ---- findings and ledger --------------------------------------------------------------------------------------------

function whereOf (example) {
  const packets = packetsOf(example)
  if (example.call) return [h('a', { href: `#call=${example.call}${example.message ? '&m=' + example.message : ''}` }, `call ${example.call}`), h('span', { class: 'dim' }, `, ${packets}`)]
  if (example.connection) return [h('a', { href: `#connection=${example.connection}` }, `connection ${example.connection}`), h('span', { class: 'dim' }, `, ${packets}`)]
  return h('span', { class: 'dim' }, packets)
}

function findingsView (rule) {
  const groups = data.groups.filter(group => !rule || group.rule === rule).sort((a, b) => b.weight - a.weight || b.count - a.count)
  return [h('h2', {}, 'Findings', rule ? [' ', h('span', { class: 'mono' }, rule)] : null),
    h('p', { class: 'dim' }, 'Rules of the RFCs that were broken, by whom, with the packets that prove it.', rule ? [' ', h('a', { href: '#findings' }, 'Show all')] : null),
    data.totals.findings_left_out ? h('p', { class: 'warning' }, `${plural(data.totals.findings_left_out, 'finding')} of still other kinds are left out.`) : null,
    groups.length === 0 ? h('p', { class: 'empty' }, 'No rule was broken.') : groups.map(group => h('section', { class: 'card finding-group' },
      h('h3', {}, badge(group.level, ['plain', 'redirect', 'failure'][group.weight]), ' ', h('span', { class: 'mono' }, group.rule), h('span', { class: 'dim' }, ` RFC ${group.rfc} ${group.section}`)),
      h('p', {}, group.text), h('p', {}, h('strong', {}, group.who), ', ', group.count === 1 ? 'once' : `${number(group.count)} times`),
      h('ul', { class: 'examples' }, group.examples.map(example => h('li', {}, whereOf(example), ': ', example.evidence)),
        group.count > group.examples.length ? h('li', { class: 'dim' }, `and ${number(group.count - group.examples.length)} more`) : null)))]
}

const reasonTexts = {
  'no-key': 'encrypted, and no key log has its secrets', 'cipher-suite-unknown': 'encrypted by a suite that is not known here', 'segment-missing': 'segments are missing in the capture',
  'snaplen-cut': 'the capture cut packets', 'no-handshake': 'the handshake was not captured', 'deflate-history-lost': 'compressed with a history that was lost',
  'not-sip': 'something else than SIP', limit: 'a limit was reached', malformed: 'malformed'
}

function ledgerView () {
  const sums = ledgerSums()
  const lost = data.ledgers.filter(ledger => ledger.undecoded.length > 0)
  const rows = new List({
    name: 'Flows of which something was not read',
    rows: lost,
    order: { column: 3, down: true },
    empty: 'All of every flow was read.',
    columns: [
      { title: 'From', text: row => row.src || '' }, { title: 'To', text: row => row.dst || '' },
      { title: 'Over', text: row => row.protocol + (row.subprotocol ? ` (${row.subprotocol})` : '') },
      { title: 'Not read', text: row => bytes(row.bytes - row.decoded), sort: row => row.bytes - row.decoded, right: true },
      { title: 'Of', text: row => bytes(row.bytes), sort: row => row.bytes, right: true },
      { title: 'Why', text: row => row.undecoded.map(loss => `${loss.reason}: ${loss.text || reasonTexts[loss.reason] || ''}`).join('; ') }]
  })
  open.push(rows)
  const totals = data.totals
  return [h('h2', {}, 'What was read, and what was not'), ledgerLine(sums),
    sums.reasons.size ? h('ul', {}, [...sums.reasons].sort((a, b) => b[1] - a[1]).map(([reason, count]) => h('li', {}, h('strong', {}, reason), ` ${bytes(count)}: ${reasonTexts[reason] || ''}`))) : null,
    facts([['Packets', number(totals.packets || 0)], ['UDP', `${plural(totals.datagrams || 0, 'datagram')}, ${number(totals.datagrams_sip || 0)} of them SIP`],
      ['Other TCP', (totals.streams_other || totals.streams_tls || totals.streams_http) ? `${number(totals.streams_tls)} TLS that could not be decrypted, ${number(totals.streams_http)} HTTP, ${number(totals.streams_other)} others` : '']]), rows.element]
}
