// SPDX-License-Identifier: MIT
//
// A call as a ladder: a column a party, an arrow a message. Drawn from what "ladders" holds of it; the same as text and
// for Mermaid.
'use strict'

const STEP = 38 // from one arrow to the next
const STEPS_AT_ONCE = 600
const meter = document.createElement('canvas').getContext('2d')
meter.font = '12px system-ui, sans-serif'

function fit (text, width) {
  if (text.length * 9 <= width || meter.measureText(text).width <= width) return text
  let low = 0
  for (let high = Math.min(text.length, 400); low < high;) {
    const middle = (low + high + 1) >> 1
    if (meter.measureText(text.slice(0, middle) + '…').width <= width) low = middle
    else high = middle - 1
  }
  return text.slice(0, low) + '…'
}

// From the most that an arrow can say to the least.
const levels = [
  ['phrase', 'method', 'target', 'extra', 'media'], ['phrase', 'method', 'extra', 'media'], ['phrase', 'method', 'media'],
  ['phrase', 'method', 'mark'], ['method', 'mark'], ['mark'], []]

function words (arrow, level) {
  return [arrow.title, ...level.map(word => arrow[word] && (word === 'method' ? `(${arrow[word]})` : arrow[word])),
    arrow.partial && '(cut)'].filter(Boolean).join(' ')
}

function label (arrow, width) {
  const before = arrow.again ? '↻ ' : ''
  const texts = levels.map(level => before + words(arrow, level))
  return texts.find(text => text.length < 400 && meter.measureText(text).width <= width) || fit(texts[texts.length - 1], width)
}

const timeOf = {
  clock: (ladder, step) => clockOf(ladder.base + step.at / 1e6),
  start: (ladder, step) => '+' + (step.at / 1e9).toFixed(3),
  before: (ladder, step, previous) => {
    const delta = (step.at - (previous ? previous.at : 0)) / 1e9
    return (delta < 0 ? '−' : '+') + Math.abs(delta).toFixed(3)
  }
}

class Ladder {
  constructor (ladder, width, chosen) {
    this.ladder = ladder
    ladder.base = millis(ladder.start)
    this.chosen = chosen // called with an arrow
    this.times = Ladder.times || 'clock'
    this.limit = STEPS_AT_ONCE
    this.element = h('div', { class: 'ladder' })
    this.lay(width)
    this.draw()
  }

  lay (width) {
    const parties = this.ladder.parties.length
    this.left = 196
    this.edge = 74
    const room = width - this.left - 2 * this.edge - 8
    this.gap = Math.max(168, Math.min(parties > 2 ? 400 : 560, room / Math.max(parties - 1, 1)))
    this.width = this.left + 2 * this.edge + (Math.max(parties, 2) - 1) * this.gap
  }

  x (party) { return this.left + this.edge + party * this.gap }

  resize (width) {
    const before = this.gap
    this.lay(width)
    if (this.gap !== before) this.draw()
  }

  head () {
    const svg = s('svg', { class: 'heads', width: this.width, height: 64, 'aria-hidden': 'true' })
    this.ladder.parties.forEach((party, i) => {
      const more = party.addresses.length > 1 ? ` +${party.addresses.length - 1}` : ''
      const lines = [[party.name, 'name'], [party.product, 'dim'], [(party.addresses[0] || '') + more, 'dim']]
      const group = s('g', {}, s('title', {}, [party.name, party.product, ...party.addresses].filter(Boolean).join('\n')))
      lines.filter(line => line[0]).forEach(([text, kind], line) =>
        group.append(s('text', { x: this.x(i), y: 17 + line * 17, class: 'middle ' + kind }, fit(text, this.gap - 10))))
      svg.append(group)
    })
    return svg
  }

  arrow (arrow, y) {
    const from = this.x(arrow.from)
    const to = this.x(arrow.to)
    const kind = statusClass(arrow.status)
    const self = from === to
    const room = self ? this.gap - 44 : Math.abs(to - from) - (arrow.faults ? 60 : 26)
    const away = to > from ? -8 : 8
    const says = label(arrow, room)
    const name = `${says}, from ${this.party(arrow.from)} to ${this.party(arrow.to)}` +
      (arrow.again ? ', retransmission' : '') + (arrow.faults ? ', breaks ' + this.rules(arrow).join(' and ') : '')
    const group = s('g', { class: `arrow ${kind}${arrow.again ? ' again' : ''}`, tabindex: '-1', role: 'button', 'aria-label': name, 'data-message': arrow.message })
    group.append(s('rect', { class: 'hit', x: 4, y: y - 25, width: this.width - 8, height: STEP, rx: 6 }))
    if (self) group.append(s('path', { class: 'shaft', d: `M${from} ${y - 6}h26v12h-24` }), s('path', { class: 'tip', d: `M${from + 8} ${y + 1}l-7 5l7 5z` }))
    else group.append(s('path', { class: 'shaft', d: `M${from} ${y}H${to + away / 2}` }), s('path', { class: 'tip', d: `M${to + away} ${y - 5}L${to} ${y}L${to + away} ${y + 5}z` }))
    const text = s('text', self ? { x: from + 34, y: y + 4 } : { x: (from + to) / 2, y: y - 7, class: 'middle' }, says)
    group.append(text)
    const row = s('g', { class: 'row' }, group)
    if (arrow.faults) {
      const at = self ? from - 14 : (from + to) / 2 - Math.min(meter.measureText(text.textContent).width, room) / 2 - 14
      row.append(s('g', { class: 'fault', 'aria-hidden': 'true' }, s('title', {}, this.rules(arrow).join('\n')),
        s('circle', { cx: at, cy: y - 11, r: 7 }), s('text', { x: at, y: y - 7, class: 'middle' }, '!')))
    }
    row.addEventListener('click', () => { if (!String(getSelection())) this.choose(arrow.message) })
    return row
  }

  note (note, y) {
    const [from, to] = [this.x(note.from), this.x(note.to)]
    const good = note.note === 'opened' || note.note === 'closed'
    const room = Math.max(Math.abs(to - from), this.gap) - 16
    const text = note.texts.find(words => meter.measureText(words).width <= room) || fit(note.texts[2], room)
    return s('g', { class: 'note ' + (good ? 'plain' : 'failure') }, s('title', {}, note.texts[0]),
      s('path', { class: 'shaft', d: `M${from} ${y}H${to}` }), s('circle', { cx: from, cy: y, r: 3 }), s('circle', { cx: to, cy: y, r: 3 }),
      s('text', { x: (from + to) / 2, y: y - 7, class: 'middle' }, text))
  }

  party (i) { return (this.ladder.parties[i] || { name: '?' }).name }

  rules (arrow) { return (arrow.faults || '').split(',').filter(Boolean).map(n => this.ladder.faults[n - 1].rule) }

  draw () {
    const steps = this.ladder.steps.slice(0, this.limit)
    const height = steps.length * STEP + 26
    const svg = s('svg', { class: 'steps', width: this.width, height, role: 'group', 'aria-label': 'Ladder, an arrow a message; the arrow keys move along it' })
    this.ladder.parties.forEach((party, i) => svg.append(s('path', { class: 'life', d: `M${this.x(i)} 0V${height}` })))
    let date
    steps.forEach((step, i) => {
      const y = i * STEP + 32
      const row = step.note ? this.note(step, y) : this.arrow(step, y)
      const delta = timeOf.before(this.ladder, step, steps[i - 1])
      const first = s('text', { class: 'time', 'aria-hidden': 'true', x: 10, y: y - 2 }, timeOf[this.times](this.ladder, step, steps[i - 1]))
      row.append(first)
      if (this.times !== 'before') row.append(s('text', { class: 'time dim', 'aria-hidden': 'true', x: 112, y: y - 2 }, delta))
      svg.append(row)
      date = date || step
    })
    this.svg = svg
    svg.addEventListener('keydown', event => this.key(event))
    const more = this.ladder.steps.length - steps.length
    this.element.replaceChildren(this.head(), svg)
    if (more > 0) this.element.append(button(`Show ${number(Math.min(more, STEPS_AT_ONCE))} of ${plural(more, 'more step')}`, () => { this.limit += STEPS_AT_ONCE; this.draw() }))
    if (this.ladder.more) this.element.append(h('p', { class: 'dim' }, `and ${plural(this.ladder.more, 'more message')}`))
    const arrow = svg.querySelector('.arrow')
    if (arrow) arrow.setAttribute('tabindex', '0')
    this.mark(this.marked)
  }

  key (event) {
    const at = event.target.closest('.arrow')
    if (!at) return
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); this.choose(Number(at.dataset.message)); return }
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const all = [...this.svg.querySelectorAll('.arrow')]
    const next = all[all.indexOf(at) + step]
    if (!next) return
    this.choose(Number(next.dataset.message))
    next.focus()
  }

  choose (message) { this.chosen(message) }

  // Shows which arrow the message beside belongs to.
  mark (message) {
    this.marked = message
    for (const arrow of this.svg.querySelectorAll('.arrow')) {
      const here = Number(arrow.dataset.message) === message
      arrow.classList.toggle('chosen', here)
      if (message !== undefined) arrow.setAttribute('tabindex', here ? '0' : '-1')
      arrow.setAttribute('aria-pressed', String(here))
    }
    if (message !== undefined && !this.svg.querySelector('[tabindex="0"]') && this.svg.querySelector('.arrow')) this.svg.querySelector('.arrow').setAttribute('tabindex', '0')
  }
}

// ---- the same as text -------------------------------------------------------------------------------------------------

function ladderText (call, ladder) {
  const lines = [`${call.kind} ${call.id}  ${address(call.from)} -> ${address(call.to)}`, ladder.why, `Call-ID ${call.call_ids[0]}`, '']
  const names = ladder.parties.map(party => `${party.name} (${party.addresses[0] || ''})`)
  let before
  for (const step of ladder.steps) {
    const times = `${timeOf.clock(ladder, step)} ${timeOf.before(ladder, step, before).padStart(9)}`
    lines.push(step.note ? `${times}  ${names[step.from]} ... ${names[step.to]}: ${step.texts[0]}`
      : `${times}  ${names[step.from]} -> ${names[step.to]}: ${step.again ? '(again) ' : ''}${words(step, levels[0])}`)
    before = step
  }
  return lines.map(visible).join('\n') + '\n'
}

// Whatever Mermaid could take for syntax is written as an entity code.
const mermaidEscape = text => visible(text).replace(/[^A-Za-z0-9\u0080-\u{10ffff} .,\-_/()=+*'?!@[\]|~^$\\:]/gu, c => `#${c.codePointAt(0)};`).replace(/wrap:/g, 'wrap#58;')

function ladderMermaid (call, ladder) {
  const lines = ['sequenceDiagram']
  ladder.parties.forEach((party, i) => lines.push(`    participant p${i + 1} as ` +
    [party.name, party.product, party.addresses[0]].filter(Boolean).map(mermaidEscape).join('<br/>')))
  for (const step of ladder.steps) {
    if (step.note) lines.push(`    Note over p${step.from + 1},p${step.to + 1}: ${mermaidEscape(step.texts[0])}`)
    else lines.push(`    p${step.from + 1}${step.status ? '-->>' : '->>'}p${step.to + 1}: ${mermaidEscape(words(step, levels[1]) + (step.again ? ' (retransmission)' : ''))}`)
  }
  return lines.join('\n') + '\n'
}
