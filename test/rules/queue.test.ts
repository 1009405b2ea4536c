// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { heldClock } from '../../server/base/clock.ts'
import { waitAfter } from '../../server/queue/back-off.ts'
import { createCommits } from '../../server/queue/commits.ts'
import { createYielding } from '../../server/queue/event-loop.ts'
import { GroupCommit } from '../../server/queue/group-commit.ts'
import { LEASE, Queue, type Table } from '../../server/queue/queue.ts'
import { createSignal } from '../../server/queue/signal.ts'
import { singleFlight } from '../../server/queue/single-flight.ts'

const pause = (ms: number) => new Promise<void>((done) => void setTimeout(done, ms))
const clock = heldClock('2026-11-22T09:00:00.000Z')

function open(change: Partial<Table<string, string>> = {}, atOnce = 2) {
  const waiting: string[] = []
  const settled: string[] = []
  const logged: string[] = []
  const line = (what: string) => void logged.push(what)
  const deps = { clock, log: { debug: line, info: line, warn: line, error: line } }
  const queue = new Queue<string, string>(
    deps,
    { name: 'words', atOnce, perOwner: 1 },
    {
      ownerOf: (row) => row,
      nameOf: (row) => row,
      run: async (row) => ({ hasAnswered: true, ended: row }),
      async settleAndTake(ended, slots) {
        settled.push(...ended)
        return slots ? waiting.splice(0, slots.free()) : []
      },
      ...change,
    },
  )
  return { queue, waiting, settled, logged }
}

it('everything that is due is taken and written down, few at a time', async () => {
  let underWay = 0
  let most = 0
  const { queue, waiting, settled } = open({
    async run(row) {
      most = Math.max(most, ++underWay)
      await pause(5)
      underWay--
      return { hasAnswered: true, ended: row }
    },
  })
  waiting.push('a', 'b', 'c', 'd', 'e')
  await queue.drain()
  expect(settled.toSorted()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(most).toBe(2)
})

it('a stop takes nothing more, and waits for what is under way until it is written down', async () => {
  let end = () => {}
  const { queue, waiting, settled } = open({
    run: (row) => new Promise((done) => (end = () => done({ hasAnswered: true, ended: row }))),
  })
  waiting.push('a')
  void queue.drain()
  await pause(5)
  waiting.push('b')
  let isStopped = false
  const stopping = queue.stop().then(() => (isStopped = true))
  await pause(20)
  expect(isStopped).toBe(false)
  end()
  await stopping
  expect(settled).toEqual(['a'])
  expect(waiting).toEqual(['b'])
})

it('also when faults end the rounds meanwhile', async () => {
  let end = () => {}
  const fail: (() => void)[] = []
  const { queue, waiting, settled, logged } = open(
    {
      run: (row) =>
        row === 'good'
          ? new Promise((done) => (end = () => done({ hasAnswered: true, ended: row })))
          : new Promise((_done, reject) => fail.push(() => reject(new Error('disk full')))),
    },
    3,
  )
  waiting.push('good', 'bad', 'worse')
  void queue.drain()
  await pause(5)
  let isStopped = false
  const stopping = queue.stop().then(() => (isStopped = true))
  for (const one of fail) {
    one()
    await pause(20)
  }
  expect(isStopped).toBe(false)
  end()
  await stopping
  expect(logged).toEqual(Array(2).fill('the queue of words stopped'))
  expect(settled).toEqual(['good'])
})

it('one that cannot be written down keeps no other from it', async () => {
  const settled: string[] = []
  const rows = ['a', 'bad', 'c']
  const { queue, logged } = open(
    {
      async settleAndTake(ended, slots) {
        if (ended.includes('bad')) throw new Error('disk full')
        settled.push(...ended)
        return slots ? rows.splice(0, slots.free()) : []
      },
    },
    3,
  )
  await queue.drain()
  expect(settled).toEqual(['a', 'c'])
  expect(logged).toEqual(['the queue of words could not write down bad'])
})

it('leases that are over are released every two minutes, at a start all of them', async () => {
  const released: string[] = []
  const { queue } = open({ releaseLeases: async (at) => void released.push(at) })
  await queue.drain()
  const first = clock.iso()
  await queue.drain()
  clock.advance(LEASE)
  await queue.drain()
  expect(released).toEqual([first, clock.iso()])
  queue.takeOverLeases()
  await queue.drain()
  await queue.drain()
  expect(released.slice(2).map((at) => at > '2999')).toEqual([true])
})

it('a row waits longer each time, within its spread, and is parked after its last try', () => {
  const backOff = { waits: [1000, 5000] as const, tries: 4, spread: 0.2 }
  expect([1, 2, 3, 4].map((failures) => waitAfter(failures, backOff, 0.5))).toEqual([1000, 5000, 5000, undefined])
  expect([0, 1].map((random) => waitAfter(1, backOff, random))).toEqual([800, 1200])
  expect(waitAfter(1, { waits: [1000], tries: 2 })).toBe(1000)
})

it('one round runs at a time, and a call during it brings one more', async () => {
  let rounds = 0
  const run = singleFlight(
    async () => {
      rounds++
      await pause(5)
    },
    () => {},
  )
  await Promise.all([run(), run(), run()])
  expect(rounds).toBe(2)
})

it('a signal between looking and waiting is not lost', async () => {
  const signal = createSignal()
  signal.clear()
  signal.set()
  await signal.wait()
  signal.clear()
  let isAwake = false
  const waiting = signal.wait().then(() => (isAwake = true))
  await pause(1)
  expect(isAwake).toBe(false)
  signal.set()
  await waiting
})

it('a loop that shares the thread lets others run', async () => {
  const yieldLoop = createYielding()
  let others = 0
  let isOver = false
  const other = () => {
    others++
    if (!isOver) setImmediate(other)
  }
  setImmediate(other)
  const until = performance.now() + 5_000
  while (others < 3 && performance.now() < until) await yieldLoop()
  isOver = true
  expect(others).toBe(3)
})

it('rows that arrive together share a commit', async () => {
  const groups: number[][] = []
  const commit = new GroupCommit<number>(3, async (rows) => void groups.push(rows))
  for (const row of [1, 2, 3, 4]) commit.add(row)
  await pause(20)
  expect(groups).toEqual([[1, 2, 3], [4]])
})

it('a commit that comes alone wakes the queues at once; those that follow close upon it wake them once, later', async () => {
  // Longer than this process may stand still on a busy machine.
  const commits = createCommits(1_000)
  let [wakes, told] = [0, 0]
  commits.onCommit(() => (told += 1))
  const remove = commits.onWake(() => (wakes += 1))
  commits.notify()
  expect(wakes).toBe(1)
  for (let count = 0; count < 5; count++) commits.notify()
  expect([wakes, told]).toEqual([1, 6])
  while (wakes < 2) await pause(20)
  remove()
  commits.notify()
  expect([wakes, told]).toEqual([2, 7])
})
