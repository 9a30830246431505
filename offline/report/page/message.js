// SPDX-License-Identifier: MIT
//
// A message: its headers set apart, its session description read out, and what carried it.
'use strict'

// Start line, headers in their order (folded lines joined), body.
function parseSip (text) {
  const end = text.search(/\r?\n\r?\n/)
  const head = end < 0 ? text : text.slice(0, end)
  const body = end < 0 ? '' : text.slice(end).replace(/^\r?\n\r?\n/, '')
  const lines = head.split(/\r?\n/)
  const headers = []
  for (const line of lines.slice(1)) {
    const colon = line.indexOf(':')
    if (/^[ \t]/.test(line) && headers.length > 0) headers[headers.length - 1].value += '\n' + line
    else if (line) headers.push(colon < 0 ? { name: '', value: line } : { name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() })
  }
  return { start: lines[0], headers, body }
}

const sdpOf = body => {
  const at = body.search(/(^|\n)v=0\r?\n/)
  return at < 0 ? null : parseSdp(body.slice(at).replace(/^\n/, '').split(/\r?\n--/)[0])
}

// The session, and each m= line with its attributes (RFC 8866).
function parseSdp (text) {
  const session = { lines: [], attributes: [], media: [] }
  let part = session
  for (const line of text.split(/\r?\n/)) {
    const value = line.slice(2)
    if (line.startsWith('m=')) {
      const [type, port, protocol, ...formats] = value.split(' ')
      part = { type, port, protocol, formats, lines: [], attributes: [] }
      session.media.push(part)
    } else if (line.startsWith('a=')) {
      const colon = value.indexOf(':')
      part.attributes.push(colon < 0 ? [value, ''] : [value.slice(0, colon), value.slice(colon + 1)])
    } else if (line) {
      part.lines.push(line)
    }
  }
  return session
}

const all = (part, name) => part.attributes.filter(attribute => attribute[0] === name).map(attribute => attribute[1])
const one = (session, media, name) => all(media, name)[0] ?? all(session, name)[0]

function codecs (media) {
  const maps = new Map(all(media, 'rtpmap').map(value => [value.split(' ')[0], value.split(' ').slice(1).join(' ')]))
  const parameters = new Map(all(media, 'fmtp').map(value => [value.split(' ')[0], value.split(' ').slice(1).join(' ')]))
  const fixed = { 0: 'PCMU/8000', 3: 'GSM/8000', 8: 'PCMA/8000', 9: 'G722/8000', 13: 'CN/8000', 18: 'G729/8000' }
  return media.formats.slice(0, 40).map(format => h('li', {}, h('span', { class: 'mono' }, maps.get(format) || fixed[format] || format),
    h('span', { class: 'dim' }, ` ${format}`), parameters.has(format) ? h('span', { class: 'dim mono small' }, ' ' + parameters.get(format)) : null))
}

// foundation component transport priority address port typ type ... (RFC 8839 5.1)
function candidates (media) {
  const rows = all(media, 'candidate').slice(0, 60).map(value => {
    const parts = value.split(' ')
    return h('tr', {}, h('td', {}, parts[7] || ''), h('td', { class: 'mono' }, `${parts[4]} ${parts[5]}`), h('td', {}, (parts[2] || '').toLowerCase()),
      h('td', {}, parts[1] === '2' ? 'RTCP' : 'RTP'), h('td', { class: 'right' }, parts[3] || ''))
  })
  if (rows.length === 0) return null
  return h('table', { class: 'small-table' }, h('caption', {}, plural(rows.length, 'ICE candidate')),
    h('thead', {}, h('tr', {}, ['Type', 'Address', 'Over', 'For', 'Priority'].map(title => h('th', { scope: 'col' }, title)))), h('tbody', {}, rows))
}

function facts (pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(pair => pair && pair[1]).map(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
}

function sdpView (session) {
  const origin = session.lines.find(line => line.startsWith('o=')) || ''
  return h('section', { class: 'sdp' }, h('h4', {}, 'Session description'),
    facts([['Origin', h('span', { class: 'mono' }, origin.slice(2))], ['Bundled', all(session, 'group').join('; ')]]),
    session.media.map(media => {
      const direction = ['sendrecv', 'sendonly', 'recvonly', 'inactive'].find(name => all(media, name).length || all(session, name).length) || 'sendrecv'
      const fingerprint = one(session, media, 'fingerprint')
      return h('div', { class: 'media' },
        h('h5', {}, media.type, ' ', media.port === '0' ? badge('off', 'failure') : badge(direction, direction === 'sendrecv' ? 'success' : 'redirect'),
          h('span', { class: 'dim small' }, ` ${media.protocol || ''}, port ${media.port}`)),
        facts([
          ['Codecs', h('ul', { class: 'codecs' }, codecs(media))],
          ['ICE', one(session, media, 'ice-ufrag') && h('span', { class: 'mono' }, `ufrag ${one(session, media, 'ice-ufrag')}`)],
          ['Setup', one(session, media, 'setup')],
          ['Fingerprint', fingerprint && h('span', { class: 'mono small' }, fingerprint)],
          ['Identifier', all(media, 'mid')[0] && h('span', { class: 'mono' }, all(media, 'mid')[0])]]),
        candidates(media))
    }))
}

function carried (message) {
  const ws = message.ws
  const connection = message.connection && data.connection.get(message.connection)
  return facts([
    ['Time', `${day(message.time)} ${clock(message.time)} UTC`],
    ['From', h('span', { class: 'mono' }, message.src)], ['To', h('span', { class: 'mono' }, message.dst)],
    ['Over', [message.transport, connection ? [', ', h('a', { href: `#connection=${message.connection}` }, `connection ${message.connection}`)] : null]],
    ['Frames', ws && `${ws.fragments === 1 ? 'one' : ws.fragments} ${ws.opcode}${ws.fragments === 1 ? ' frame' : ' frames'}${ws.compressed ? ', compressed' : ''}`],
    ['Packets', packetsOf(message)], ['Size', bytes(message.size)],
    ['Repeats', message.retransmission && 'an earlier message: a retransmission'],
    ['Cut', message.partial && 'its end is missing']])
}

function faultsOf (ladder, arrow) {
  const faults = ((arrow && arrow.faults) || '').split(',').filter(Boolean).map(n => ladder.faults[n - 1])
  if (faults.length === 0) return null
  return h('section', { class: 'faults' }, h('h4', {}, faults.length === 1 ? 'It breaks a rule' : `It breaks ${faults.length} rules`),
    faults.map(fault => faultView(fault)))
}

function faultView (fault) {
  const rule = data.rule.get(fault.rule) || { level: '', text: '', weight: 0 }
  return h('div', { class: 'finding' }, badge(rule.level, ['plain', 'redirect', 'failure'][rule.weight]), ' ',
    h('a', { href: `#findings=${fault.rule}`, class: 'mono' }, fault.rule), h('span', { class: 'dim' }, ` RFC ${rule.rfc} ${rule.section}`),
    h('p', {}, rule.text), h('p', { class: 'dim' }, fault.evidence))
}

function messageView (message, { ladder, arrow, close }) {
  const text = textOf(message)
  const sip = parseSip(text)
  const sdp = sdpOf(sip.body)
  const pretty = h('div', {},
    h('p', { class: 'start mono' }, sip.start),
    h('table', { class: 'headers' }, h('tbody', {}, sip.headers.map(header =>
      h('tr', {}, h('th', { scope: 'row' }, header.name), h('td', { class: 'mono' }, header.value))))),
    sdp ? sdpView(sdp) : null,
    sip.body ? h('details', { open: sdp ? undefined : true }, h('summary', {}, `Body, ${bytes(new TextEncoder().encode(sip.body).length)}`), h('pre', { tabindex: '0' }, sip.body)) : null)
  const plain = h('pre', { hidden: true, tabindex: '0' }, text)
  const flip = button('As sent', () => {
    pretty.hidden = !pretty.hidden
    plain.hidden = !pretty.hidden
    flip.setAttribute('aria-pressed', String(pretty.hidden))
  }, { 'aria-pressed': 'false' })
  return h('article', { class: 'message', 'aria-label': `Message ${message.id}` },
    h('header', { class: 'bar' }, h('h3', { class: statusClass(message.status), tabindex: '-1' }, titleOf(message), ' ', h('span', { class: 'dim small' }, `message ${message.id}`)),
      h('div', { class: 'buttons' }, flip, button('Copy', () => copy(text, 'Message')),
        button('Compare', () => pick('m' + message.id)), close ? button('Close', close) : null)),
    carried(message), faultsOf(ladder || { faults: [] }, arrow), pretty, plain)
}
