// SPDX-License-Identifier: MIT
//
// Tables of many rows: only those in sight are in the document, and all of them when it is printed.
'use strict'

const ROW = 34 // pixels; style.css has the same
const PRINTED = 5000

class List {
  // columns: {title, text(row), sort(row), node(row), right}; href(row): where its first cell leads to
  constructor ({ name, columns, rows, href, empty, order }) {
    Object.assign(this, { name, columns, rows, href, empty })
    this.order = order || { column: 0, down: false }
    this.body = h('tbody')
    this.head = h('tr')
    this.table = h('table', { 'aria-label': name, 'aria-rowcount': rows.length + 1 }, h('thead', {}, this.head), this.body)
    this.scroller = h('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name + ', list' }, this.table)
    this.none = h('p', { class: 'empty', hidden: true }, empty)
    this.element = h('div', { class: 'list' }, this.scroller, this.none)
    this.scroller.addEventListener('scroll', () => this.draw(), { passive: true })
    this.scroller.addEventListener('keydown', event => this.key(event))
    this.watch = new ResizeObserver(() => this.draw(true))
    this.watch.observe(this.scroller)
    this.show(rows)
  }

  drawHead () {
    this.head.replaceChildren(...this.columns.map((column, i) => {
      const sorted = this.order.column === i
      return h('th', {
        scope: 'col',
        class: column.right ? 'right' : '',
        'aria-sort': sorted ? (this.order.down ? 'descending' : 'ascending') : undefined
      }, button([column.title, h('span', { 'aria-hidden': 'true', class: 'sort' }, sorted ? (this.order.down ? '▾' : '▴') : '')],
        () => this.sortBy(i), { class: 'plain' }))
    }))
  }

  sortBy (i) {
    this.order.down = this.order.column === i ? !this.order.down : false
    this.order.column = i
    this.show(this.rows)
    this.head.children[i].firstChild.focus()
  }

  show (rows) {
    const { column, down } = this.order
    const key = this.columns[column].sort || this.columns[column].text
    const keyed = rows.map((row, i) => [key(row), i, row])
    const blank = value => value === undefined || value === '' || value === null
    keyed.sort((a, b) => {
      if (blank(a[0]) || blank(b[0])) return blank(a[0]) - blank(b[0]) || a[1] - b[1]
      return (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1) || a[1] - b[1]
    })
    this.rows = rows
    this.sorted = keyed.map(entry => entry[2])
    this.table.setAttribute('aria-rowcount', rows.length + 1)
    this.scroller.hidden = rows.length === 0
    this.none.hidden = rows.length > 0
    this.drawHead()
    this.draw(true)
  }

  row (row, i) {
    const cells = this.columns.map((column, at) => {
      const content = column.node ? column.node(row) : column.text(row)
      return h('td', { class: column.right ? 'right' : '', title: column.node ? undefined : column.text(row) },
        at === 0 && this.href ? h('a', { href: this.href(row) }, content) : content)
    })
    const open = event => { if (this.href && !event.target.closest('a') && !String(getSelection())) location.hash = this.href(row) }
    return h('tr', { 'aria-rowindex': i + 2, class: this.href ? 'open' : '', onclick: open }, cells)
  }

  // The rows in sight, and some around them, between two rows that are as high as what is left out.
  draw (anew) {
    const count = this.sorted.length
    const height = this.scroller.clientHeight || 600
    let from = Math.max(0, Math.floor(this.scroller.scrollTop / ROW) - 15)
    let to = Math.min(count, from + Math.ceil(height / ROW) + 30)
    if (this.printing) [from, to] = [0, Math.min(count, PRINTED)]
    if (!anew && from === this.from && to === this.to) return
    const focused = document.activeElement && this.body.contains(document.activeElement)
      ? document.activeElement.getAttribute('href') : null
    this.from = from
    this.to = to
    const space = rows => {
      const cell = h('td', { colspan: this.columns.length })
      cell.style.height = rows * ROW + 'px'
      return h('tr', { class: 'space', 'aria-hidden': 'true' }, cell)
    }
    this.body.replaceChildren(...(from > 0 ? [space(from)] : []),
      ...this.sorted.slice(from, to).map((row, i) => this.row(row, from + i)), ...(to < count ? [space(count - to)] : []))
    if (focused) for (const link of this.body.querySelectorAll('a')) if (link.getAttribute('href') === focused) link.focus({ preventScroll: true })
  }

  key (event) {
    const link = event.target.closest && event.target.closest('tbody a')
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    const links = [...this.body.querySelectorAll('td:first-child a')]
    const next = link ? links[links.indexOf(link) + step] : links.find(a => a.getBoundingClientRect().top > this.scroller.getBoundingClientRect().top + ROW)
    if (!next) return
    event.preventDefault()
    next.focus()
  }

  print (on) {
    this.printing = on
    this.draw(true)
  }

  close () { this.watch.disconnect() }
}

// A field of a filter: text, or one of the values that there are.
function search (label, state, key, change) {
  const input = h('input', { type: 'search', placeholder: label, 'aria-label': label, value: state[key] || '' })
  input.addEventListener('input', () => { state[key] = input.value; change() })
  return input
}

function choice (label, state, key, values, change) {
  const select = h('select', { 'aria-label': label }, h('option', { value: '' }, label + ': all'),
    [...values].map(value => h('option', { value }, value)))
  select.value = state[key] || ''
  select.addEventListener('change', () => { state[key] = select.value; change() })
  return select
}

function toggle (label, state, key, change) {
  const box = h('input', { type: 'checkbox' })
  box.checked = Boolean(state[key])
  box.addEventListener('change', () => { state[key] = box.checked; change() })
  return h('label', { class: 'toggle' }, box, label)
}
