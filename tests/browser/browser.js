#!/usr/bin/env node
// SPDX-License-Identifier: MIT
//
// usage: browser.js NODE_MODULES FOLDER CALLS [OTHER.html...]
//
// Reads the reports of FOLDER (good.html, hostile.html, nothing.html) in Chromium, as a user would, light and dark; CALLS is how
// many calls there are in good.html. Other reports are opened, how long that took is told, and axe-core looks at them, too. SHOTS names a folder for
// screenshots. No error may be logged, no request made, and axe-core may find nothing.
'use strict'
const assert = require('assert')
const fs = require('fs')
const path = require('path')

const [modules, folder, callCount, ...others] = process.argv.slice(2)
const { chromium } = require(path.join(modules, 'playwright-core'))
const axe = fs.readFileSync(path.join(modules, 'axe-core', 'axe.min.js'), 'utf8')
const url = name => 'file://' + path.resolve(name.endsWith('.html') ? name : path.join(folder, name + '.html'))

let page
let session
const complaints = []

async function open (name, hash = '') {
  await page.goto('about:blank')
  const start = Date.now()
  await page.goto(url(name) + hash)
  await page.waitForSelector('main h2')
  return Date.now() - start
}

async function go (hash, selector = 'main h2') {
  await page.evaluate(to => { document.querySelector('main').replaceChildren(); location.hash = to }, hash)
  await page.waitForSelector(selector)
}

// The protocol of the browser's own tools runs it: the policy of the page lets no script of others in.
async function accessible (what) {
  const run = `${axe}; axe.run().then(found => JSON.stringify(found.violations.map(v => [v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)])))`
  const { result } = await session.send('Runtime.evaluate', { expression: run, awaitPromise: true, returnByValue: true })
  assert.strictEqual(result.value, '[]', `axe-core on ${what}: ${result.value}`)
}

async function shot (name) {
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, name + '.png') })
}

const texts = selector => page.$$eval(selector, elements => elements.map(element => element.textContent))

const tests = {
  async 'the overview counts what there is' () {
    await open('good')
    assert.match(await page.textContent('.tiles'), /\d+calls/)
    assert.strictEqual(await page.textContent('#count-calls'), callCount)
    assert.match(await page.title(), /Overview · sipweave/)
    assert.match((await texts('.timeline title')).join(), /\d begun, 1 failed/)
    await page.click('.tile.failure')
    await page.waitForSelector('tbody tr')
    assert((await texts('tbody td:nth-child(6)')).every(state => /rejected|timeout|lost/.test(state)))
  },

  async 'calls are listed, filtered and sorted' () {
    await open('good', '#calls')
    assert.strictEqual(await page.getAttribute('table', 'aria-rowcount'), String(Number(callCount) + 1))
    await page.fill('input[type=search]', 'carol')
    const rows = await texts('tbody tr')
    assert(rows.length > 0 && rows.length < Number(callCount) && rows.every(row => row.includes('carol')), rows.join('\n'))
    await page.check('text=In messages, too')
    await page.fill('input[type=search]', 'a=CANDIDATE')
    await page.waitForFunction(() => /^[1-9]\d* of/.test(document.querySelector('[role=status].dim').textContent))
    assert((await texts('tbody td:nth-child(3)')).every(kind => kind === 'call'))
    await page.uncheck('text=In messages, too')
    await page.fill('input[type=search]', '')
    await page.check('text=With findings')
    await page.waitForFunction(all => /^[1-9]/.test(document.querySelector('[role=status].dim').textContent) && document.querySelector('table').getAttribute('aria-rowcount') <= all, Number(callCount) + 1)
    await page.uncheck('text=With findings')
    await page.fill('input[type=search]', 'nobody-is-called-this')
    assert.match(await page.textContent('.empty:not([hidden])'), /Nothing passes/)
    await page.fill('input[type=search]', '')
    await page.click('th:has-text("Messages") button')
    await page.click('th:has-text("Messages") button')
    assert.strictEqual(await page.getAttribute('th:has-text("Messages")', 'aria-sort'), 'descending')
    const counts = (await texts('tbody td:nth-child(7)')).map(Number)
    assert.deepStrictEqual(counts, [...counts].sort((a, b) => b - a))
  },

  async 'a call opens, an arrow shows its message' () {
    await open('good', '#calls')
    await page.click('tbody a:text-is("9")')
    await page.waitForSelector('.arrow')
    const first = page.locator('.arrow', { hasText: 'INVITE' }).first()
    await first.click()
    await page.waitForSelector('.message')
    const message = await page.textContent('.message')
    for (const part of ['INVITE sip:', 'Call-ID', 'Session description', 'ufrag', 'Fingerprint', 'packet', 'ICE candidate', 'text frame']) assert(message.includes(part), part)
    await page.keyboard.press('Escape')
    await page.waitForSelector('.message', { state: 'detached' })
    await first.focus()
    await page.keyboard.press('ArrowDown')
    await page.waitForSelector('.message')
    assert.match(await page.textContent('.message h3'), /^100/)
    await page.goBack()
    await page.waitForSelector('tbody a')
  },

  async 'two messages and two calls are compared' () {
    await open('good', '#compare=m1,m3')
    assert.match(await page.textContent('main'), /1 line differs/)
    await page.uncheck('.toggle input')
    await page.waitForFunction(() => /lines differ/.test(document.querySelector('main').textContent))
    await page.check('.toggle input')
    await go('compare=c9,c10', '.diff')
    assert.match(await page.textContent('.diff'), /INVITE/)
  },

  async 'a ladder is copied as text and as Mermaid' () {
    await open('good', '#call=9')
    await page.waitForSelector('.arrow')
    await page.click('button:text("Copy as Mermaid")')
    await page.waitForSelector('.toast.shown')
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sequenceDiagram\n {4}participant p1 as alice/)
    await page.click('button:text("Copy as text")')
    await page.waitForFunction(() => /Ladder/.test(document.getElementById('said').textContent))
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /alice .* -> kamailio .*INVITE/)
  },

  async 'it prints' () {
    for (const part of ['overview', 'calls', 'call=9']) {
      await open('good', '#' + part)
      const paper = await page.pdf({ format: 'A4' })
      assert.strictEqual(paper.subarray(0, 5).toString(), '%PDF-')
    }
  },

  async 'hostile SIP is text, and nothing of it runs' () {
    await open('hostile')
    for (const part of ['overview', 'calls', 'call=1', 'call=2', 'call=3', 'connections', 'connection=1', 'findings', 'ledger']) {
      await go(part)
      assert.strictEqual(await page.evaluate(() => window.owned), undefined, part)
    }
    const [call] = (await page.evaluate(() => data.calls.filter(call => call.call_ids[0] === 'evil-call'))).map(call => call.id)
    await go(`call=${call}`, '.arrow')
    for (let i = 0; i < 2; i++) {
      await page.locator('.arrow').nth(i).click()
      await page.waitForSelector('.message')
      const shown = await page.textContent('.message')
      assert(shown.includes('<script>window.owned=1</script>') && shown.includes('\\u{202e}evil') && shown.includes('\\x1b[2J'), shown.slice(0, 2000))
      await page.click('button:text("As sent")')
      assert((await page.textContent('.message pre')).includes('</script>'))
    }
    // eslint-disable-next-line no-control-regex
    assert(!/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200f\u202e\u2066\u2028]/.test(await page.textContent('main')))
    assert.strictEqual(await page.evaluate(() => window.owned || document.querySelector('img, main script')), null)
    await page.setViewportSize({ width: 800, height: 900 })
    assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no wider than the window')
  },

  async 'a capture without SIP says so' () {
    await open('nothing')
    assert.match(await page.textContent('main'), /There are none\./)
    await go('calls')
    assert.match(await page.textContent('main'), /no SIP/)
  },

  async 'axe-core finds nothing' () {
    for (const [name, parts] of [['good', ['overview', 'calls', 'call=9', 'call=9&m=37', 'connections', 'connection=1', 'findings', 'ledger', 'compare=m1,m3']], ['hostile', ['call=2', 'connection=1']], ['nothing', ['overview', 'calls']]]) {
      await open(name)
      for (const part of parts) {
        await go(part)
        await page.waitForTimeout(60)
        await accessible(`${name} ${part}`)
        await shot(`${name}-${part.replace(/\W/g, '-')}-${page.scheme}`)
      }
    }
  }
}

async function newPage (browser, scheme) {
  const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1280, height: 900 }, permissions: ['clipboard-read', 'clipboard-write'] })
  page = await context.newPage()
  page.scheme = scheme
  session = await context.newCDPSession(page)
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('request', asked => { if (!/^(file|about|blob):/.test(asked.url())) complaints.push('request: ' + asked.url()) })
  page.setDefaultTimeout(15000)
}

async function main () {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
  let failed = 0
  for (const [scheme, names] of [['light', Object.keys(tests)], ['dark', ['axe-core finds nothing']]]) {
    for (const name of names) {
      await newPage(browser, scheme)
      complaints.length = 0
      try {
        await tests[name]()
        assert.deepStrictEqual(complaints, [], 'nothing is complained about')
        console.log(`ok      ${name} (${scheme})`)
      } catch (error) {
        failed++
        console.log(`FAILED  ${name} (${scheme})\n${error.stack.slice(0, 3000)}\n${complaints.join('\n')}`)
      }
      await page.context().close()
    }
  }
  for (const other of others) {
    await newPage(browser, 'light')
    const took = await open(other)
    await go('calls', 'tbody a')
    console.log(`${other}: opened in ${took} ms, ${Number(await page.getAttribute('table', 'aria-rowcount')) - 1} rows of calls`)
    for (const part of ['overview', 'calls', 'call=1', 'connections', 'findings', 'ledger']) {
      await go(part)
      await accessible(`${other} ${part}`)
    }
    await page.context().close()
  }
  await browser.close()
  process.exit(failed === 0 ? 0 : 1)
}

main()
