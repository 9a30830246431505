// SPDX-License-Identifier: MIT
//
// The data of the page: rows are there from the start; messages and ladders are inflated when they are asked for.
'use strict'

const data = { captures: [], connections: [], calls: [], ledgers: [], groups: [], totals: {} }

for (const element of document.querySelectorAll('script.rows')) {
  for (const row of JSON.parse(element.textContent)) {
    if (row.type === 'totals') data.totals = row
    else data[row.type + 's'].push(row)
  }
}
data.call = new Map(data.calls.map(call => [call.id, call]))
data.connection = new Map(data.connections.map(connection => [connection.id, connection]))
data.rule = new Map(data.groups.map(group => [group.rule, group]))
data.several = data.captures.length > 1

// Chunks of lines with growing ids.
class Store {
  constructor (kind) {
    this.chunks = [...document.querySelectorAll('script.' + kind)]
    this.firsts = this.chunks.map(chunk => Number(chunk.dataset.first))
    this.read = new Map() // chunk to a promise of a map from id to object; the latest ones
  }

  async lines (chunk) {
    const packed = Uint8Array.from(atob(JSON.parse(chunk.textContent)), c => c.charCodeAt(0))
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'))
    return (await new Response(stream).text()).split('\n').filter(line => line)
  }

  async inflate (chunk) {
    return new Map((await this.lines(chunk)).map(line => JSON.parse(line)).map(object => [object.id, object]))
  }

  // What pick makes of each line that test passes, as a set; undefined where goesOn says no, which hears what share is done.
  async scan (test, pick, goesOn) {
    const found = new Set()
    for (const [i, chunk] of this.chunks.entries()) {
      if (!goesOn(i / this.chunks.length)) return undefined
      for (const line of await this.lines(chunk)) if (test(line)) found.add(pick(JSON.parse(line)))
    }
    return found
  }

  async get (id) {
    let at = 0
    for (let end = this.firsts.length; end - at > 1;) {
      const middle = (at + end) >> 1
      if (this.firsts[middle] <= id) at = middle
      else end = middle
    }
    if (this.firsts.length === 0) return undefined
    if (!this.read.has(at)) {
      if (this.read.size > 60) this.read.delete(this.read.keys().next().value)
      this.read.set(at, this.inflate(this.chunks[at]))
    }
    return (await this.read.get(at)).get(id)
  }
}

const messages = new Store('messages')
const ladders = new Store('ladders')

// Calls in whose messages a text stands, upper or lower case alike; calls that broke a rule.
function callsThatSay (text, goesOn) {
  const wanted = JSON.stringify(text).slice(1, -1).toLowerCase()
  return messages.scan(line => line.toLowerCase().includes(wanted), message => message.call, goesOn)
}

async function callsWithFaults () {
  data.faulty = data.faulty || await ladders.scan(line => !line.includes('"faults":[]'), ladder => ladder.id, () => true)
  return data.faulty
}

// A message's text; of bytes that are no UTF-8 what can be shown.
function textOf (message) {
  if (message.raw !== undefined) return message.raw
  if (message.raw_base64 === undefined) return ''
  return new TextDecoder().decode(Uint8Array.from(atob(message.raw_base64), c => c.charCodeAt(0)))
}

const titleOf = message => message.kind === 'response'
  ? `${message.status} ${message.reason || ''}`.trim() + (message.cseq_method ? ` (${message.cseq_method})` : '')
  : message.method

function packetsOf (row) {
  const where = frames => frames.length === 0 ? '' : (frames.length === 1 ? 'packet ' : 'packets ') +
    frames.slice(0, 12).join(', ') + (frames.length > 12 ? ` and ${frames.length - 12} more` : '')
  const named = part => data.several ? ` of ${(data.captures[part.file] || {}).file || 'file ' + (part.file + 1)}` : ''
  return [row, ...(row.more_frames || [])].map(part => where(part.frames || []) + named(part)).join('; ')
}
