// SPDX-License-Identifier: AGPL-3.0-or-later
// In a real browser: the main job with and without JavaScript, then every page under axe. Needs Debian's chromium (or
// CHROMIUM=path). `npm run browser`, or `npm run browser -- journey|typing|sweep`. With `pictures`, those of
// the guides are made anew from the demonstration, to be committed.
import { existsSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'
import { startMailCatcher } from '../../server/demo/mail-catcher.ts'
import { startProcess, stopProcesses } from '../support/processes.ts'
import { walk } from './journey.ts'
import { takePictures } from './pictures.ts'
import { sweep } from './sweep.ts'
import { type } from './typing.ts'

const EXECUTABLE = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

if (!existsSync(EXECUTABLE)) {
  console.error(`no browser at ${EXECUTABLE}: install Debian's chromium (apt-get install chromium), or set CHROMIUM`)
  process.exit(1)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

const asked = process.argv.slice(2)
const wants = (part: string) => asked.length === 0 || asked.includes(part)
const post = await startMailCatcher()
const env = { SMTP_URL: post.smtpUrl, LOG_LEVEL: 'warn' }
const browser = await chromium.launch({
  executablePath: EXECUTABLE,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ],
})
let passed = 0
const faults: string[] = []

if (asked.includes('pictures')) {
  const taken = await takePictures(browser, Number(process.env['PICTURES_PORT'] ?? 4380)).finally(async () => {
    await browser.close()
    await post.stop()
  })
  console.log(`${taken} pictures of the guides`)
  process.exit(0)
}

try {
  const ports = [await freePort(), await freePort()] as const
  const hosts = ports.map((port) => `127.0.0.1:${port}`)
  const [centre, association] = await Promise.all([
    startProcess({ name: 'centre', kind: 'centre', port: ports[0], knows: hosts, env, things: wants('sweep') }),
    startProcess({ name: 'association', kind: 'association', port: ports[1], knows: hosts, env }),
  ])
  for (const javaScript of [true, false]) {
    if (!wants('journey')) break
    const name = `the whole job ${javaScript ? 'with' : 'without'} JavaScript`
    try {
      await walk({ browser, centre, association, post, javaScript })
      passed += 1
      console.log(`✓ ${name}`)
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  if (wants('typing')) {
    try {
      await type({ browser, association })
      passed += 1
      console.log('✓ what is typed is kept')
    } catch (error) {
      faults.push(`what is typed is kept: ${error instanceof Error ? error.stack : String(error)}`)
    }
  }
  if (wants('sweep')) {
    const result = await sweep({ browser, centre, association })
    passed += result.passed
    faults.push(...result.faults)
    console.log(`✓ ${result.passed} views without a fault`)
  }
} catch (error) {
  faults.push(error instanceof Error ? String(error.stack) : String(error))
} finally {
  await browser.close()
  await stopProcesses()
  await post.stop()
}
for (const fault of faults) console.error(`✕ ${fault}`)
console.log(`${passed} passed, ${faults.length} failed`)
process.exit(faults.length > 0 ? 1 : 0)
