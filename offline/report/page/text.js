// SPDX-License-Identifier: MIT
//
// Elements and texts: everything that comes from a capture enters the page as a text node, with what could move, hide or
// turn other text made visible.
'use strict'

// C0 but tab and newline, DEL, C1, format characters (bidirectional marks, zero width), separators, private use, halves
// of surrogate pairs.
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\p{Cf}\u2028\u2029\p{Co}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu

function visible (text) {
  return String(text).replace(unsafe, c => {
    const code = c.codePointAt(0)
    return code < 0x100 ? '\\x' + code.toString(16).padStart(2, '0') : '\\u{' + code.toString(16) + '}'
  })
}

function fill (element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else element.setAttribute(name, value === true ? '' : visible(value))
  }
  for (const child of children.flat(3)) {
    if (child === undefined || child === null || child === false) continue
    element.append(child instanceof Node ? child : visible(child))
  }
  return element
}

const h = (name, attributes, ...children) => fill(document.createElement(name), attributes, children)
const s = (name, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children)

const number = n => Number(n).toLocaleString('en')
const plural = (n, word) => `${number(n)} ${word}${n === 1 ? '' : 's'}`

function bytes (n) {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let at = 0
  for (; n >= 1000 && at < units.length - 1; at++) n /= 1000
  return `${at === 0 ? n : n.toFixed(n < 10 ? 1 : 0)} ${units[at]}`
}

// Times stay what they are in the capture: text with nanoseconds. Numbers of them are milliseconds.
const millis = time => Date.parse(time.slice(0, 23) + 'Z') + Number('0.' + (time.slice(23, -1) || '0'))
const clock = time => time.slice(11, 23)
const day = time => time.slice(0, 10)
const clockOf = ms => new Date(ms).toISOString().slice(11, 23)

function span (ms) {
  if (ms === undefined || ms === null || Number.isNaN(ms)) return ''
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  return (parts[0] ? parts : parts.slice(1)).map((part, i) => i ? String(part).padStart(2, '0') : part).join(':')
}

// "user@host" of "sip:user@host;transport=ws"
const address = uri => (uri || '').replace(/^sips?:/i, '').replace(/[;?>].*$/s, '')

function statusClass (status) {
  return !status ? 'request' : status < 200 ? 'provisional' : status < 300 ? 'success' : status < 400 ? 'redirect' : 'failure'
}

const goodStates = new Set(['completed', 'answered', 'registered', 'unregistered', 'active', 'terminated', 'ringing', 'trying'])
const stateClass = state => goodStates.has(state) ? (state === 'trying' || state === 'ringing' ? 'provisional' : 'success')
  : state === 'cancelled' || state === 'redirected' ? 'redirect' : 'failure'

function badge (text, kind) { return h('span', { class: 'badge ' + kind }, text) }

function say (text) {
  const said = document.getElementById('said')
  said.textContent = text
  said.classList.add('shown')
  clearTimeout(say.timer)
  say.timer = setTimeout(() => said.classList.remove('shown'), 2500)
}

async function copy (text, what) {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const area = h('textarea', { class: 'offscreen', 'aria-hidden': 'true' })
    area.value = text
    document.body.append(area)
    area.select()
    document.execCommand('copy')
    area.remove()
  }
  say(`${what} copied`)
}

function button (text, act, attributes) {
  return h('button', { type: 'button', ...attributes, onclick: act }, text)
}
