// SPDX-License-Identifier: MIT
//
// Which part is shown: the address behind # says it, so that back and forward work, and a place can be named.
'use strict'

const main = document.getElementById('main')
let open = [] // lists that are shown
let shown = 0 // counts what was asked for: an answer that comes late is not shown

const filters = { calls: {}, connections: {} }

// ---- calls ------------------------------------------------------------------------------------------------------------

const callSearch = new Map()
function callText (call) {
  if (!callSearch.has(call)) callSearch.set(call, [call.id, call.from, call.to, call.call_ids[0], call.state, call.status, call.kind, call.method].join(' ').toLowerCase())
  return callSearch.get(call)
}

function callPasses (call, filter) {
  const wanted = (filter.text || '').toLowerCase().split(/\s+/).filter(Boolean)
  const said = filter.deep && filter.said && filter.said.has(call.id)
  return (said || wanted.every(word => callText(call).includes(word))) && (!filter.faulty || !data.faulty || data.faulty.has(call.id)) && (!filter.kind || call.kind === filter.kind) && (!filter.state || call.state === filter.state) &&
    (!filter.over || call.transports.includes(filter.over)) && (!filter.failed || stateClass(call.state) === 'failure')
}

const callDelay = call => call.setup_ms !== undefined ? call.setup_ms : call.status >= 300 && call.end ? millis(call.end) - millis(call.start) : undefined

function callsView (only) {
  const filter = filters.calls
  if (only === 'failed') Object.assign(filter, { text: '', kind: '', state: '', over: '', failed: true })
  const list = new List({
    name: 'Calls',
    rows: data.calls.filter(call => callPasses(call, filter)),
    href: call => `#call=${call.id}`,
    empty: data.calls.length ? 'Nothing passes this filter.' : 'There is no SIP in these captures that belongs to a call. What was read, and what was not, stands under “What was read”.',
    order: callsView.order,
    columns: [
      { title: '#', text: call => String(call.id), sort: call => call.id },
      { title: 'Time (UTC)', text: call => clock(call.start), sort: call => call.start },
      { title: 'Kind', text: call => call.method || call.kind },
      { title: 'From', text: call => visible(address(call.from)) }, { title: 'To', text: call => visible(address(call.to)) },
      { title: 'State', text: call => call.state, node: call => badge(call.state + (call.status >= 300 ? ' ' + call.status : ''), stateClass(call.state)) },
      { title: 'Messages', text: call => number(call.messages_seen || call.messages.length), sort: call => call.messages_seen || call.messages.length, right: true },
      { title: 'Over', text: call => call.transports.join(' + ') },
      { title: 'Answer', text: call => span(callDelay(call)), sort: callDelay, right: true },
      { title: 'Length', text: call => span(call.duration_ms), sort: call => call.duration_ms, right: true }]
  })
  callsView.order = list.order
  callsView.list = list
  open.push(list)
  const count = h('span', { class: 'dim', role: 'status' })
  const narrow = () => {
    list.show(data.calls.filter(call => callPasses(call, filter)))
    list.scroller.scrollTop = 0
    count.textContent = `${number(list.rows.length)} of ${number(data.calls.length)}`
  }
  let turn = 0
  const change = async () => {
    const now = ++turn
    const text = (filter.text || '').trim()
    filter.said = undefined
    if (filter.faulty) await callsWithFaults()
    narrow()
    if (!filter.deep || text.length < 2) return
    await new Promise(resolve => setTimeout(resolve, 250)) // more may be typed
    const said = await callsThatSay(text, done => {
      if (now === turn && done > 0) count.textContent = `searching the messages: ${Math.floor(done * 100)} %`
      return now === turn && list.element.isConnected
    })
    if (said === undefined) return
    filter.said = said
    narrow()
  }
  const form = h('form', { class: 'filter', role: 'search', onsubmit: event => event.preventDefault() }, search('Number, user, Call-ID, state …', filter, 'text', change),
    choice('Kind', filter, 'kind', tally(data.calls, call => call.kind).map(entry => entry[0]), change),
    choice('State', filter, 'state', tally(data.calls, call => call.state).map(entry => entry[0]), change),
    choice('Over', filter, 'over', [...new Set(data.calls.flatMap(call => call.transports))], change), toggle('In messages, too', filter, 'deep', change),
    toggle('Failed', filter, 'failed', change), toggle('With findings', filter, 'faulty', change), count)
  count.textContent = `${number(list.rows.length)} of ${number(data.calls.length)}`
  return [h('h2', {}, 'Calls'), form, list.element]
}

async function callView (id, messageId) {
  const call = data.call.get(id)
  const ladder = call && await ladders.get(id)
  if (!call) return [h('h2', {}, 'Calls'), h('p', { class: 'empty' }, `There is no call ${id} in this report.`)]
  const order = callsView.list ? callsView.list.sorted : data.calls
  const at = order.indexOf(call)
  const to = (step, text) => order[at + step] ? h('a', { class: 'button', href: `#call=${order[at + step].id}` }, text) : null
  const delay = callDelay(call)
  const title = h('div', { class: 'title' },
    h('h2', { tabindex: '-1' }, `${call.kind[0].toUpperCase()}${call.kind.slice(1)} ${id} `, h('span', {}, address(call.from), ' → ', address(call.to))),
    h('nav', { class: 'buttons', 'aria-label': 'Other calls' }, to(-1, '← Earlier'), to(1, 'Later →')))
  const summary = h('p', { class: 'summary' }, badge(ladder ? ladder.why : call.state, stateClass(call.state)), ' ',
    h('span', {}, [`${day(call.start)} ${clock(call.start)} UTC`,
      delay !== undefined ? `${call.answered ? 'answered' : 'refused'} after ${span(delay)}` : '', call.duration_ms !== undefined ? `lasted ${span(call.duration_ms)}` : '',
      `${plural(call.messages_seen || call.messages.length, 'message')} over ${call.transports.join(', ')}`,
      call.retransmissions ? plural(call.retransmissions, 'retransmission') + ' ↻' : '', call.dialogs > 1 ? `forked: ${call.dialogs} dialogs` : ''].filter(Boolean).join(' · ')))
  const ids = h('p', { class: 'dim' }, 'Call-ID ', h('span', { class: 'mono' }, call.call_ids[0]), call.connections
    ? [' · connections ', call.connections.map((connection, i) => [i ? ', ' : '', h('a', { href: `#connection=${connection}` }, String(connection))])] : null)
  if (!ladder) return [title, summary, ids, h('p', { class: 'empty' }, 'No message of it is in this report.')]
  const beside = h('aside', { class: 'beside', 'aria-label': 'Message' })
  const stage = h('div', { class: 'stage' })
  const view = h('div', { class: 'call' }, stage, beside)
  let asked = 0
  const arrowOf = message => ladder.steps.find(step => step.message === message)
  const close = () => { history.replaceState(null, '', `#call=${id}`); pickMessage() }
  const pickMessage = async message => {
    const turn = ++asked
    const found = message && await messages.get(message)
    if (turn !== asked) return
    view.classList.toggle('open', Boolean(found))
    beside.replaceChildren(found ? messageView(found, { ladder, arrow: arrowOf(message), close }) : h('p', { class: 'empty' }, 'Choose an arrow to read its message.'))
    beside.scrollTop = 0
    drawing.mark(found ? message : undefined)
    requestAnimationFrame(() => drawing.resize(stage.clientWidth - 4))
  }
  const width = () => Math.max(640, Math.min(main.clientWidth - 60, 1200))
  const drawing = new Ladder(ladder, width(), message => { history.replaceState(null, '', `#call=${id}&m=${message}`); pickMessage(message) })
  const watch = new ResizeObserver(() => drawing.resize(stage.clientWidth - 4))
  open.push({ print: () => {}, close: () => watch.disconnect() })
  const times = choice('Time', {}, 'x', [], () => {})
  times.replaceChildren(...[['clock', 'Time of day'], ['start', 'Since the start'], ['before', 'Since the one before']].map(([value, name]) => h('option', { value }, name)))
  times.value = drawing.times
  times.addEventListener('change', () => { Ladder.times = drawing.times = times.value; drawing.draw() })
  const bar = h('div', { class: 'buttons bar' }, times, button('Copy as text', () => copy(ladderText(call, ladder), 'Ladder')),
    button('Copy as Mermaid', () => copy(ladderMermaid(call, ladder), 'Mermaid diagram')), button('Compare', () => pick('c' + id)))
  stage.append(h('div', { class: 'ladder-scroll', tabindex: '0', role: 'region', 'aria-label': 'Ladder' }, drawing.element))
  const faults = ladder.faults.length ? h('section', { class: 'faults below' }, h('h3', {}, 'Rules broken in this call'), ladder.faults.map(fault =>
    h('div', {}, h('p', { class: 'dim who' }, (ladder.parties[fault.from] || {}).name, fault.count > 1 ? `, ${fault.count} times, first in packet ${fault.packet}` : `, packet ${fault.packet}`), faultView(fault)))) : null
  pickMessage(messageId)
  setTimeout(() => { if (stage.isConnected) { watch.observe(stage); drawing.resize(stage.clientWidth - 4) } })
  return [title, summary, ids, bar, view, faults]
}

// ---- connections ----------------------------------------------------------------------------------------------------

function connectionsView () {
  const filter = filters.connections
  const passes = connection => {
    const text = [connection.id, connection.client, connection.server, connection.target, connection.user_agent, connection.server_name, closeOf(connection), connection.subprotocol].join(' ').toLowerCase()
    return (filter.text || '').toLowerCase().split(/\s+/).every(word => text.includes(word)) && (!filter.close || closeOf(connection) === filter.close) &&
      (!filter.badly || closeKind(closeOf(connection)) === 'failure')
  }
  const list = new List({
    name: 'Connections',
    rows: data.connections.filter(passes),
    href: connection => `#connection=${connection.id}`,
    empty: data.connections.length ? 'Nothing passes this filter.' : 'There are no WebSocket connections in these captures.',
    order: connectionsView.order,
    columns: [
      { title: '#', text: row => String(row.id), sort: row => row.id }, { title: 'Begun (UTC)', text: row => clock(row.opened || row.first), sort: row => row.opened || row.first },
      { title: 'Client', text: row => row.client }, { title: 'Server', text: row => row.server }, { title: 'Over', text: row => row.transport },
      { title: 'Subprotocol', text: row => row.subprotocol || '' }, { title: 'SIP', text: row => number(row.sip_messages), sort: row => row.sip_messages, right: true },
      { title: 'Lasted', text: row => span(row.opened && row.closed ? millis(row.closed) - millis(row.opened) : undefined), sort: row => row.opened && row.closed ? millis(row.closed) - millis(row.opened) : undefined, right: true },
      { title: 'Pings lost', text: row => row.lost_ping_count ? number(row.lost_ping_count) : '', sort: row => row.lost_ping_count, right: true },
      { title: 'End', text: closeOf, node: row => badge(closeOf(row), closeKind(closeOf(row))) }]
  })
  connectionsView.order = list.order
  open.push(list)
  const count = h('span', { class: 'dim', role: 'status' }, `${number(list.rows.length)} of ${number(data.connections.length)}`)
  const change = () => { list.show(data.connections.filter(passes)); list.scroller.scrollTop = 0; count.textContent = `${number(list.rows.length)} of ${number(data.connections.length)}` }
  return [h('h2', {}, 'Connections'), h('form', { class: 'filter', role: 'search', onsubmit: event => event.preventDefault() }, search('Address, software, end …', filter, 'text', change),
    choice('End', filter, 'close', tally(data.connections, closeOf).map(entry => entry[0]), change), toggle('Ended badly', filter, 'badly', change), count), list.element]
}

function connectionView (id) {
  const row = data.connection.get(id)
  if (!row) return [h('h2', {}, 'Connections'), h('p', { class: 'empty' }, `There is no connection ${id} in this report.`)]
  const sent = counts => `${plural(counts.frames, 'frame')}, ${plural(counts.messages, 'message')}, ${bytes(counts.bytes)}, ${plural(counts.pings, 'ping')}, ${plural(counts.pongs, 'pong')}`
  const calls = data.calls.filter(call => (call.connections || []).includes(id))
  const found = data.groups.flatMap(group => group.examples.filter(example => example.connection === id && !example.message).map(example => [group, example]))
  const close = row.close || {}
  return [h('h2', {}, `Connection ${id} `, h('span', { class: 'mono' }, `${row.client} → ${row.server}`)),
    h('p', {}, badge(closeOf(row), closeKind(closeOf(row))), ' ', row.first_seen === 'mid-stream' ? badge('seen from the middle', 'redirect') : null),
    h('div', { class: 'cards' },
      card('Handshake', facts([['Over', row.transport + (row.stream ? `, stream ${row.stream} of HTTP/2` : '')], ['Target', h('span', { class: 'mono' }, row.target || '')], ['Host', row.host], ['Origin', row.origin],
        ['Status', row.status && String(row.status)], ['Offered', (row.offered || []).join(', ')], ['Subprotocol', row.subprotocol || 'none'], ['Client', row.user_agent], ['Server', row.server_name],
        ['Compression', row.deflate ? `permessage-deflate, windows of ${row.deflate.client_window_bits} and ${row.deflate.server_window_bits} bits` : 'none'], ['Behind a proxy', row.proxied_client],
        ['TLS', row.tls && [row.tls.version, row.tls.cipher_suite, row.tls.sni].filter(Boolean).join(', ')]])),
      card('Life', facts([['Opened', row.opened && `${day(row.opened)} ${clock(row.opened)} UTC`], ['Closed', row.closed && `${day(row.closed)} ${clock(row.closed)} UTC`],
        ['Close', close.reason !== undefined && [close.by && `by the ${close.by}`, close.client_code && `the client's has ${close.client_code}`, close.server_code && `the server's has ${close.server_code}`, close.reason && `“${close.reason}”`, close.clean ? 'clean' : 'not answered'].filter(Boolean).join(', ')], ['TCP', close.tcp],
        ['Client sent', sent(row.client_sent)], ['Server sent', sent(row.server_sent)],
        ['Pings lost', row.lost_ping_count && (row.lost_pings || []).map(ping => `${clock(ping.time)} by the ${ping.from}`).join(', ')]])),
      card('Calls', calls.length ? h('ul', { class: 'examples' }, calls.slice(0, 200).map(call => h('li', {}, h('a', { href: `#call=${call.id}` }, `${call.kind} ${call.id}`), ` ${address(call.from)} → ${address(call.to)} `, badge(call.state, stateClass(call.state)))),
        calls.length > 200 ? h('li', { class: 'dim' }, `and ${number(calls.length - 200)} more`) : null) : h('p', { class: 'empty' }, 'It carried no call.')),
      found.length ? card('Findings', h('ul', { class: 'examples' }, found.map(([group, example]) => h('li', {}, badge(group.level, ['plain', 'redirect', 'failure'][group.weight]), ' ', h('a', { href: `#findings=${group.rule}`, class: 'mono' }, group.rule), `: ${example.evidence}`, h('span', { class: 'dim' }, `, ${packetsOf(example)}`))))) : null)]
}

// ---- which part -------------------------------------------------------------------------------------------------------

const views = {
  overview: () => overview(),
  calls: only => callsView(only),
  call: (value, rest) => callView(Number(value), Number(rest.m) || undefined),
  connections: () => connectionsView(),
  connection: value => connectionView(Number(value)),
  findings: value => findingsView(value),
  ledger: () => ledgerView(),
  compare: value => diffView(value)
}
const menu = { call: 'calls', connection: 'connections' }

async function show (hash) {
  if (hash === '#main') { main.focus(); return }
  const [[name, value], ...others] = (hash.slice(1) || 'overview').split('&').map(part => part.split('='))
  const turn = ++shown
  const opened = open
  open = []
  let content
  try {
    content = await (Object.hasOwn(views, name) ? views[name] : views.overview)(value, Object.fromEntries(others))
  } catch (error) {
    content = [h('h2', {}, 'This part could not be shown'), h('p', { class: 'warning' }, typeof DecompressionStream === 'undefined'
      ? 'This browser is too old to inflate the data: Chrome 93, Firefox 113 or Safari 16.4 can.' : String(error))]
  }
  for (const list of opened) list.close()
  if (turn !== shown) return
  main.replaceChildren(...[content].flat(2).filter(Boolean))
  main.className = 'view-' + name
  for (const list of open) if (list.draw) list.draw(true)
  for (const link of document.querySelectorAll('.top nav a')) {
    if (link.hash === '#' + (menu[name] || name)) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
  }
  const heading = main.querySelector('h2')
  document.title = `${heading ? heading.textContent.trim() + ' · ' : ''}sipweave`
  scrollTo(0, 0)
}

function theme (name) {
  document.documentElement.dataset.theme = name
  document.getElementById('theme').textContent = name === 'dark' ? 'Light' : 'Dark'
  document.getElementById('theme').setAttribute('aria-label', name === 'dark' ? 'Light colours' : 'Dark colours')
}

theme(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', event => theme(event.matches ? 'dark' : 'light'))
document.getElementById('theme').addEventListener('click', () => theme(document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark'))
document.getElementById('files').textContent = visible(data.captures.length > 3 ? plural(data.captures.length, 'capture') : data.captures.map(capture => capture.file.replace(/^.*\//, '')).join(', '))
document.getElementById('count-calls').textContent = number(data.calls.length)
document.getElementById('count-connections').textContent = number(data.connections.length)
document.getElementById('count-findings').textContent = number(data.groups.reduce((sum, group) => sum + group.count, 0))
addEventListener('hashchange', () => show(location.hash))
addEventListener('beforeprint', () => open.forEach(list => list.print(true)))
addEventListener('afterprint', () => open.forEach(list => list.print(false)))
addEventListener('keydown', event => {
  if (event.target.closest('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === '/') {
    const input = main.querySelector('input[type=search]')
    if (input) { event.preventDefault(); input.focus() }
  } else if (event.key === 'Escape') {
    const close = [...main.querySelectorAll('.message .buttons button')].find(element => element.textContent === 'Close')
    if (close) close.click()
  }
})
show(location.hash)
