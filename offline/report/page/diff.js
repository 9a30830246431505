// SPDX-License-Identifier: MIT
//
// Two messages, or two calls, side by side. What differs in any two calls (tags, branches, identifiers, times, keys) is
// made equal first, unless it is asked for.
'use strict'

const LINES_MOST = 3000

// Each pattern keeps what stands before the part that differs, in its first group.
const volatile = [
  [/(;tag=)[^;>\s,]+/gi, '$1…'], [/(;branch=)[^;>\s,]+/gi, '$1…'], [/(;(?:rport|received|ob|alias|gr|expires)=)[^;>\s,]+/gi, '$1…'],
  [/^(Call-ID|i)(\s*:\s*).*$/gim, '$1$2…'], [/^(Date|Timestamp|Content-Length|l)(\s*:\s*).*$/gim, '$1$2…'], [/^(CSeq\s*:\s*)\d+/gim, '$1…'],
  [/\b(nonce|cnonce|response|opaque|nc)=("[^"]*"|[^,\s]+)/gi, '$1=…'], [/(\+sip\.instance=)"[^"]*"/gi, '$1…'],
  [/^(o=\S+ )\d+ \d+/gm, '$1… …'], [/^(a=(?:ice-ufrag|ice-pwd|fingerprint|candidate|ssrc|ssrc-group|msid|msid-semantic|rtcp|cname|identity|extmap-allow-mixed):?).*$/gm, '$1…'],
  [/^(m=\w+ )\d+/gm, '$1…'], [/^(t=).*$/gm, '$1…'],
  [/\b[0-9a-z]+\.invalid\b/gi, '….invalid'], [/\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/g, 'IP'], [/sips?:[0-9a-z]{8,}@/gi, 'sip:…@'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, 'UUID']]

const normal = text => volatile.reduce((result, [pattern, by]) => result.replace(pattern, by), text)

// The longest common subsequence of two lists of keys, as pairs of indices; -1: only in the other.
function align (a, b) {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [n, m] = [a.length - start - end, b.length - start - end]
  const table = new Uint16Array((n + 1) * (m + 1))
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      table[i * (m + 1) + j] = a[start + i] === b[start + j] ? table[(i + 1) * (m + 1) + j + 1] + 1
        : Math.max(table[(i + 1) * (m + 1) + j], table[i * (m + 1) + j + 1])
    }
  }
  const pairs = []
  for (let i = 0; i < start; i++) pairs.push([i, i])
  for (let i = 0, j = 0; i < n || j < m;) {
    if (i < n && j < m && a[start + i] === b[start + j]) pairs.push([start + i++, start + j++])
    else if (j >= m || (i < n && table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1])) pairs.push([start + i++, -1])
    else pairs.push([-1, start + j++])
  }
  for (let i = end; i > 0; i--) pairs.push([a.length - i, b.length - i])
  return pairs
}

// A line that is gone and one that came, next to each other, are one that changed.
function joined (pairs) {
  const result = []
  for (let i = 0; i < pairs.length;) {
    const gone = []
    const came = []
    for (; i < pairs.length && (pairs[i][0] < 0 || pairs[i][1] < 0); i++) (pairs[i][0] < 0 ? came : gone).push(pairs[i])
    for (let k = 0; k < Math.max(gone.length, came.length); k++) result.push([gone[k] ? gone[k][0] : -1, came[k] ? came[k][1] : -1, true])
    if (i < pairs.length) result.push([...pairs[i++], false])
  }
  return result
}

// A line with what differs from the other one marked.
function marked (line, other) {
  let start = 0
  while (start < line.length && line[start] === other[start]) start++
  let end = 0
  while (end < Math.min(line.length, other.length) - start && line[line.length - 1 - end] === other[other.length - 1 - end]) end++
  return [line.slice(0, start), h('mark', {}, line.slice(start, line.length - end)), line.slice(line.length - end)]
}

async function side (what) {
  const id = Number(what.slice(1))
  if (what[0] === 'm') {
    const message = await messages.get(id)
    return message && { title: `Message ${id}: ${titleOf(message)}`, href: `#call=${message.call}&m=${id}`, lines: textOf(message).split(/\r?\n/) }
  }
  const call = data.call.get(id)
  const ladder = await ladders.get(id)
  return ladder && call && {
    title: `Call ${id}: ${address(call.from)} → ${address(call.to)}, ${call.state}`,
    href: `#call=${id}`,
    parties: ladder.parties.map((party, i) => `${i + 1} ${party.name}`).join(', '),
    lines: ladder.steps.map(step => step.note ? `(${step.texts[1]})`
      : `${step.from + 1} → ${step.to + 1}   ${step.again ? '↻ ' : ''}${words(step, levels[1])}`)
  }
}

async function diffView (parameters) {
  const state = diffView.state = diffView.state || { normal: true }
  const [first = '', second = ''] = (parameters || '').split(',').map(what => /^[mc]\d+$/.test(what) ? what : '')
  const left = h('input', { id: 'left', value: first, placeholder: 'm12 or c3', size: 10, autocomplete: 'off' })
  const right = h('input', { id: 'right', value: second, placeholder: 'm15 or c9', size: 10, autocomplete: 'off' })
  const go = event => { event.preventDefault(); location.hash = `compare=${left.value.trim()},${right.value.trim()}` }
  const form = h('form', { class: 'filter', onsubmit: go }, h('label', { for: 'left' }, 'Compare'), left, h('label', { for: 'right' }, 'with'), right,
    h('button', {}, 'Show'), toggle('Leave out what always differs', state, 'normal', () => show(location.hash)))
  const hint = h('p', { class: 'dim' }, 'm and a number is a message, c and a number a call. The button Compare of a message or call fills these in. ',
    'Tags, branches, Call-IDs, addresses, times, credentials and keys count as equal.')
  if (!first || !second || first[0] !== second[0]) return [h('h2', {}, 'Compare'), form, hint, h('p', { class: 'empty' }, 'Choose two messages, or two calls.')]
  const sides = await Promise.all([side(first), side(second)])
  if (!sides[0] || !sides[1]) return [h('h2', {}, 'Compare'), form, hint, h('p', { class: 'empty' }, 'One of them is not in this report.')]
  const lines = sides.map(part => part.lines.slice(0, LINES_MOST))
  const keys = lines.map(list => (state.normal ? normal(list.join('\n')).split('\n') : list))
  const rows = joined(align(keys[0], keys[1]))
  const changed = rows.filter(row => row[2]).length
  const cell = (list, i, kind, others, j) => h('td', { class: 'mono ' + (i < 0 ? 'gap' : kind) },
    i < 0 ? '' : kind && j >= 0 ? marked(list[i], others[j]) : list[i])
  return [h('h2', {}, 'Compare'), form, hint,
    h('p', {}, changed === 0 ? badge('no difference', 'success') : badge(plural(changed, 'line') + (changed === 1 ? ' differs' : ' differ'), 'redirect')),
    h('div', { class: 'scroll wide', tabindex: '0', role: 'region', 'aria-label': 'Differences' },
      h('table', { class: 'diff' }, h('thead', {}, h('tr', {}, sides.map(part => h('th', { scope: 'col' }, h('a', { href: part.href }, part.title), part.parties ? h('div', { class: 'dim small' }, part.parties) : null)))),
        h('tbody', {}, rows.map(([a, b, differs]) => h('tr', { class: differs ? 'differs' : '' }, cell(lines[0], a, differs ? 'gone' : '', lines[1], b), cell(lines[1], b, differs ? 'came' : '', lines[0], a))))))]
}

// The first of two, until there is a second of the same kind.
function pick (what) {
  if (pick.first && pick.first[0] === what[0] && pick.first !== what) {
    location.hash = `compare=${pick.first},${what}`
    pick.first = undefined
    return
  }
  pick.first = what
  say(`${what[0] === 'm' ? 'Message' : 'Call'} ${what.slice(1)} is the first; choose Compare at another`)
}
