#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// usage: record.js FOLDER plain | tls
//
// WebSockets over HTTP/2 (RFC 8441) between node's own client and server, on loopback: FOLDER gets what went over the
// wire (capture.pcap, written by a relay in between, as no rights are needed for that), what each endpoint sent
// (log.jsonl: a line a SIP message), and with tls the key log (keys.log).
//
// One TCP connection carries: WebSockets with and without permessage-deflate at once, messages that are longer than a
// frame of HTTP/2, fragmented ones, several in one DATA frame, pings, padding, heads that need CONTINUATION, an ordinary
// request with a large answer, a WebSocket that is refused, one that is reset, one with another subprotocol.
'use strict'
const fs = require('fs')
const http2 = require('http2')
const net = require('net')
const path = require('path')
const zlib = require('zlib')
const { execFileSync } = require('child_process')

const folder = process.argv[2]
const secure = process.argv[3] === 'tls'
const log = []

// --- the capture -------------------------------------------------------------------------------------------------------

class Capture {
  constructor (file) {
    this.parts = [Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex')]
    this.file = file
  }

  packet (from, flags, data) {
    const to = from.peer
    const ip = Buffer.alloc(40)
    ip.writeUInt8(0x45, 0)
    ip.writeUInt16BE(40 + data.length, 2)
    ip.writeUInt8(64, 8)
    ip.writeUInt8(6, 9)
    ip.set([127, 0, 0, 1], 12)
    ip.set([127, 0, 0, 1], 16)
    ip.writeUInt16BE(from.port, 20)
    ip.writeUInt16BE(to.port, 22)
    ip.writeUInt32BE(from.seq, 24)
    ip.writeUInt32BE(flags & 0x10 ? to.seq : 0, 28)
    ip.writeUInt8(0x50, 32)
    ip.writeUInt8(flags, 33)
    ip.writeUInt16BE(65535, 34)
    const head = Buffer.alloc(16 + 14)
    const now = process.hrtime.bigint() / 1000n
    head.writeUInt32LE(1795364790 + Number(now / 1000000n % 10000n), 0)
    head.writeUInt32LE(Number(now % 1000000n), 4)
    head.writeUInt32LE(14 + 40 + data.length, 8)
    head.writeUInt32LE(14 + 40 + data.length, 12)
    head.writeUInt16BE(0x0800, 16 + 12)
    this.parts.push(head, ip, data)
    from.seq = (from.seq + data.length + (flags & 3 ? 1 : 0)) >>> 0
  }

  data (from, data) {
    for (let at = 0; at < data.length; at += 1448) this.packet(from, 0x18, data.subarray(at, at + 1448))
  }

  save () {
    fs.writeFileSync(this.file, Buffer.concat(this.parts))
  }
}

// Passes bytes on and writes them down.
function relay (capture, port, ready) {
  const server = net.createServer(inner => {
    const client = { port: inner.remotePort, seq: 1000 }
    const other = { port, seq: 5000, peer: client }
    client.peer = other
    capture.packet(client, 0x02, Buffer.alloc(0))
    capture.packet(other, 0x12, Buffer.alloc(0))
    capture.packet(client, 0x10, Buffer.alloc(0))
    const outer = net.connect(port, '127.0.0.1')
    inner.setNoDelay(true)
    outer.setNoDelay(true)
    const join = (from, to, end) => {
      from.on('data', data => { capture.data(end, data); to.write(data) })
      from.on('end', () => { capture.packet(end, 0x11, Buffer.alloc(0)); to.end() })
      from.on('error', () => to.destroy())
    }
    join(inner, outer, client)
    join(outer, inner, other)
  })
  server.listen(0, '127.0.0.1', () => ready(server))
}

// --- WebSocket ---------------------------------------------------------------------------------------------------------

function frame (first, payload, masked) {
  const size = payload.length
  const head = size < 126 ? Buffer.from([first, size]) : size < 65536 ? Buffer.alloc(4) : Buffer.alloc(10)
  if (size >= 126) head[0] = first
  if (size >= 126 && size < 65536) { head[1] = 126; head.writeUInt16BE(size, 2) }
  if (size >= 65536) { head[1] = 127; head.writeBigUInt64BE(BigInt(size), 2) }
  if (!masked) return Buffer.concat([head, payload])
  head[1] |= 0x80
  const key = Buffer.from([0x12, size & 255, 0x56, 0x9a])
  return Buffer.concat([head, key, payload.map((byte, i) => byte ^ key[i & 3])])
}

// One end of a WebSocket; deflate: with context takeover.
class End {
  constructor (stream, who, masked, deflate) {
    Object.assign(this, { stream, who, masked })
    if (deflate) this.deflate = zlib.createDeflateRaw({ windowBits: 15 })
    this.queue = Promise.resolve()
    this.written = this.heard = 0
    stream.on('data', part => { this.heard += part.length })
  }

  write (bytes) {
    this.written += bytes.length
    this.stream.write(bytes)
  }

  async pack (payload) {
    const parts = []
    const take = part => parts.push(part)
    this.deflate.on('data', take)
    this.deflate.write(payload)
    await new Promise(resolve => this.deflate.flush(zlib.constants.Z_SYNC_FLUSH, resolve))
    this.deflate.off('data', take)
    return Buffer.concat(parts).subarray(0, -4)
  }

  async frames (text, fragments = 1) {
    const payload = this.deflate ? await this.pack(Buffer.from(text)) : Buffer.from(text)
    const parts = []
    for (let i = 0; i < fragments; i++) {
      const cut = n => Math.floor(payload.length * n / fragments)
      const first = (i + 1 === fragments ? 0x80 : 0) | (i === 0 ? 0x01 | (this.deflate ? 0x40 : 0) : 0)
      parts.push(frame(first, payload.subarray(cut(i), cut(i + 1)), this.masked))
    }
    return Buffer.concat(parts)
  }

  // In one DATA frame, as far as they fit.
  send (texts, options = {}) {
    this.queue = this.queue.then(async () => {
      const parts = []
      for (const text of texts) {
        if (!options.quiet) log.push({ stream: this.stream.id, from: this.who, data: text })
        parts.push(await this.frames(text, options.fragments))
      }
      this.write(Buffer.concat(parts))
    })
    return this.queue
  }

  control (opcode, payload) {
    this.queue = this.queue.then(() => this.write(frame(0x80 | opcode, Buffer.from(payload), this.masked)))
    return this.queue
  }
}

function sip (name, number, body) {
  return `MESSAGE sip:${name}@example.test SIP/2.0\r\nVia: SIP/2.0/WS ${name}.invalid;branch=z9hG4bK${name}${number}\r\n` +
    `From: <sip:a@example.test>;tag=${name}\r\nTo: <sip:${name}@example.test>\r\nCall-ID: ${name}-${number}\r\n` +
    `CSeq: ${number + 1} MESSAGE\r\nMax-Forwards: 70\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

const text = (size, seed) => Array.from({ length: size }, (_, i) => 'abcdefghijklmnop'[(i * i * 7 + seed * i + (i >> 5)) & 15]).join('')
const pause = ms => new Promise(resolve => setTimeout(resolve, ms))

// --- the server --------------------------------------------------------------------------------------------------------

const padding = { paddingStrategy: http2.constants.PADDING_STRATEGY_MAX }
const sizes = { maxSendHeaderBlockLength: 65536, maxHeaderListPairs: 2000 }

function serve (ready) {
  const settings = { enableConnectProtocol: true, headerTableSize: 8192, maxHeaderListSize: 65536 }
  const options = { settings, ...padding, ...sizes }
  if (secure) {
    const key = path.join(folder, 'key.pem')
    const cert = path.join(folder, 'cert.pem')
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30',
      '-subj', '/CN=localhost', '-keyout', key, '-out', cert], { stdio: 'ignore' })
    Object.assign(options, { key: fs.readFileSync(key), cert: fs.readFileSync(cert) })
  }
  const server = secure ? http2.createSecureServer(options) : http2.createServer(options)
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    if (headers[':method'] !== 'CONNECT') {
      stream.respond({ ':status': 200, 'content-type': 'text/plain' })
      stream.end(text(100000, 3))
    } else if (headers[':path'] === '/forbidden') {
      stream.respond({ ':status': 403, server: 'node' })
      stream.end('SIP/2.0 403 is no SIP here\r\n\r\n')
    } else {
      talks[headers[':path']] = talk(stream, headers)
    }
  })
  if (secure) server.on('keylog', line => fs.appendFileSync(path.join(folder, 'keys.log'), line))
  server.listen(0, '127.0.0.1', () => ready(server))
}

const talks = {} // by path: the server's end, when it has said all

async function talk (stream, headers) {
  const deflate = (headers['sec-websocket-extensions'] || '').includes('permessage-deflate')
  const answer = { ':status': 200, server: 'node', 'sec-websocket-protocol': headers['sec-websocket-protocol'].split(',')[0] }
  if (deflate) answer['sec-websocket-extensions'] = 'permessage-deflate'
  stream.respond(answer)
  stream.on('end', () => stream.end())
  const end = new End(stream, 'server', false, deflate)
  const name = 's' + stream.id
  if (headers[':path'] === '/chat') {
    await end.send(['hello, this is a chat'], { quiet: true })
    return end
  }
  for (let i = 0; i < 6; i++) {
    await end.send([sip(name, i, text(i === 3 ? 40000 : 300, i))], { fragments: i === 4 ? 3 : 1 })
    await pause(3)
  }
  await end.send([sip(name, 10, 'one'), sip(name, 11, 'two'), sip(name, 12, 'three')])
  await end.control(9, 'ping')
  return end
}

// --- the client --------------------------------------------------------------------------------------------------------

function connect (client, where, extra) {
  return client.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':scheme': secure ? 'https' : 'http',
    ':path': where,
    ':authority': 'sip.example.test',
    'sec-websocket-version': '13',
    'sec-websocket-protocol': 'sip',
    origin: 'https://app.example.test',
    'user-agent': 'record.js',
    ...extra
  }, { endStream: false })
}

async function phone (client, number) {
  const deflate = number % 2 === 1
  const extra = deflate ? { 'sec-websocket-extensions': 'permessage-deflate' } : {}
  if (number === 2) for (let i = 0; i < 30; i++) extra['x-large-' + i] = text(900, i) // CONTINUATION
  const stream = connect(client, '/ws' + number, extra)
  stream.on('error', () => {})
  await new Promise(resolve => stream.on('response', resolve))
  const end = new End(stream, 'client', true, deflate)
  for (let i = 0; i < 8; i++) {
    await end.send([sip('c' + number, i, text(i === 5 ? 30000 : 500, i + number))], { fragments: i === 6 ? 4 : 1 })
    await pause(2 + number)
  }
  await end.send([sip('c' + number, 20, 'x'), sip('c' + number, 21, 'y')])
  const other = await talks['/ws' + number]
  while (end.heard < other.written || other.heard < end.written) await pause(5) // what is logged has been captured
  if (number === 4) {
    stream.destroy(new Error('enough'))
  } else {
    await end.control(8, Buffer.from([0x03, 0xe8]))
    stream.end()
  }
  await new Promise(resolve => stream.closed ? resolve() : stream.on('close', resolve))
}

async function run (port, done) {
  const options = { rejectUnauthorized: false, settings: { headerTableSize: 65536 }, ...padding, ...sizes }
  const client = http2.connect(`${secure ? 'https' : 'http'}://127.0.0.1:${port}`, options)
  await new Promise(resolve => client.on('remoteSettings', resolve))
  const other = (request) => new Promise(resolve => {
    request.on('data', () => {})
    request.on('error', () => {})
    request.on('close', resolve)
    return request
  })
  const page = client.request({ ':path': '/page' })
  const refused = connect(client, '/forbidden', {})
  const chat = connect(client, '/chat', { 'sec-websocket-protocol': 'xmpp' })
  const all = [other(page), other(refused), other(chat)]
  setTimeout(() => chat.end(), 40)
  refused.end()
  for (let number = 0; number < 5; number++) all.push(phone(client, number))
  await Promise.all(all)
  client.close(done)
}

serve(server => {
  const capture = new Capture(path.join(folder, 'capture.pcap'))
  relay(capture, server.address().port, between => run(between.address().port, () => setTimeout(() => {
    capture.save()
    fs.writeFileSync(path.join(folder, 'log.jsonl'), log.map(line => JSON.stringify(line) + '\n').join(''))
    process.exit(0)
  }, 50)))
})
setTimeout(() => { console.error('record.js: it took too long'); process.exit(1) }, 30000)
