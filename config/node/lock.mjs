// SPDX-License-Identifier: AGPL-3.0-or-later
// Of two commands started at the same moment, the one that holds the lock file installs.
import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { root, say, stop } from './run.mjs'
import { text } from './texts.js'

const file = join(root, 'config', 'node', 'install.lock')
const beatMs = 2_000
// A killed holder stops updating the file, and the next command takes over.
const staleMs = 20_000
const settleMs = 150

/** `work` must check again what is missing: another command may just have installed it. */
export async function withLock(work) {
  const token = `${process.pid} ${Date.now()} ${Math.random()}`
  for (let tries = 0; !(await take(token)); tries++) {
    if (tries === 1) say(text('cli.launch.install.waits'))
    await wait(500)
  }
  const beat = setInterval(touch, beatMs)
  const release = () => holder() === token && rmSync(file, { force: true })
  process.once('exit', release)
  try {
    await work()
  } finally {
    clearInterval(beat)
    process.off('exit', release)
    release()
  }
}

async function take(token) {
  if (age() > staleMs) rmSync(file, { force: true })
  try {
    writeFileSync(file, token, { flag: 'wx' })
  } catch (error) {
    if (error.code === 'EEXIST') return false
    stop(text('cli.launch.install.not_ours', { folder: root, why: error.code }))
  }
  // Two that found the same stale lock may both have removed it: the last to write is the holder.
  await wait(settleMs)
  return holder() === token
}

function age() {
  try {
    return Date.now() - statSync(file).mtimeMs
  } catch {
    return 0
  }
}

function touch() {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // Removed by hand: the work goes on all the same.
  }
}

function holder() {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
