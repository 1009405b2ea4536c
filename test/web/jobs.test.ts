// SPDX-License-Identifier: AGPL-3.0-or-later
// The clock is fixed, so `look` is called in place of the timer.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { saveJobRun } from '../../db/queries/operator.ts'
import { createAlarm } from '../../server/base/alarm.ts'
import { HOUR, MINUTE } from '../../server/base/clock.ts'
import { jobs, startJobs, type Timetable } from '../../server/jobs.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

const REMINDERS = 'remind of waiting applications'
const ENDS = 'remind of offers, end them, put them away'
const SESSIONS = 'forget old sessions'
let world: World
let timetable: Timetable | undefined
const rows = async () => new Map((await world.deps.db.selectFrom('jobs').selectAll().execute()).map((r) => [r.name, r]))
const row = async (name: string) => (await rows()).get(name)
async function look(): Promise<void> {
  await timetable!.runDue()
  await timetable!.stop()
}
/** As after a restart: only the database is left. */
function again(): void {
  void timetable?.stop()
  timetable = startJobs(world.deps)
}
function counted(name: string, work: () => Promise<void> = async () => {}) {
  const job = jobs.find((one) => one.name === name)!
  return jest.spyOn(job, 'run').mockImplementation(work)
}

// Without a timetable of its own, which would look too when the alarm of the process rings during a test.
beforeEach(async () => {
  world = await startApp({ starts: false })
  again()
})
afterEach(async () => {
  jest.restoreAllMocks()
  await timetable?.stop()
  await stopApps()
})

it('at the first start nothing is due at once, and each job has its time', async () => {
  await look()
  const all = await rows()
  for (const { name, when } of jobs) {
    const due = all.get(name)!
    expect(due.last_run_at).toBeNull()
    const minutes = (Date.parse(due.due_at!) - world.clock.now().getTime()) / MINUTE
    expect(minutes).toBeGreaterThan(0)
    expect(minutes).toBeLessThanOrEqual(when.every)
  }
  expect((await row(ENDS))!.due_at).toBe('2026-11-22T09:10:00.000Z')
})

it('a job that has run since the due ones were listed does not run twice', async () => {
  const run = counted(SESSIONS)
  await look()
  world.clock.advance(HOUR)
  again()
  // The times of the others are written after the due one was found, and it runs meanwhile.
  await world.deps.db.deleteFrom('jobs').where('name', '!=', SESSIONS).execute()
  const due = timetable!.runDue()
  while ((await rows()).size < 3) await new Promise((done) => setImmediate(done))
  await Promise.all([due, timetable!.runAll()])
  await timetable!.stop()
  expect(run).toHaveBeenCalledTimes(1)
})

it('in an hour each hourly job runs once, and the ends of offers every ten minutes', async () => {
  const [sessions, ends] = [counted(SESSIONS), counted(ENDS)]
  for (let minute = 0; minute < 60; minute++) {
    again()
    await look()
    world.clock.advance(MINUTE)
  }
  expect([sessions.mock.calls.length, ends.mock.calls.length]).toEqual([1, 5])
})

it('what was missed while it was stopped is run once after the start', async () => {
  const sessions = counted(SESSIONS)
  await look()
  world.clock.advance(30 * HOUR)
  for (let start = 0; start < 3; start++) {
    again()
    await look()
  }
  expect(sessions).toHaveBeenCalledTimes(1)
  const { last_run_at, due_at } = (await row(SESSIONS))!
  expect(last_run_at).toBe(world.clock.iso())
  expect(Date.parse(due_at!) - world.clock.now().getTime()).toBeLessThanOrEqual(HOUR)
})

it('nobody is reminded at night, not even of what was missed by day', async () => {
  const reminders = counted(REMINDERS)
  await look()
  world.clock.set('2026-11-24T01:00:00.000Z')
  again()
  await look()
  expect(reminders).not.toHaveBeenCalled()
  const { due_at } = (await row(REMINDERS))!
  expect(due_at! >= '2026-11-24T06:00:00.000Z' && due_at! < '2026-11-24T07:00:00.000Z').toBe(true)
  world.clock.set(due_at!)
  again()
  await look()
  expect(reminders).toHaveBeenCalledTimes(1)
})

it('one that fails is shown to the operator, and the others go on', async () => {
  world = await startApp()
  again()
  counted(SESSIONS, async () => {
    throw new Error('no such table')
  })
  await look()
  world.clock.advance(7 * HOUR)
  again()
  await look()
  expect(await row(SESSIONS)).toMatchObject({ last_error: 'Error: no such table', last_run_at: world.clock.iso() })
  expect((await row('forget old links and tries'))!.last_error).toBeNull()
  const b = await world.signIn('amina')
  await b.get('/operator')
  expect(b.text).toContain(`${SESSIONS}: Error: no such table`)
})

it('one that is slow keeps no other waiting, and is not begun a second time', async () => {
  let finish = () => {}
  const slow = counted(SESSIONS, () => new Promise((done) => (finish = done)))
  const ends = counted(ENDS)
  await look()
  world.clock.advance(7 * HOUR)
  again()
  // On a busy machine a run may need longer than one round; the bound only ends a run that hangs.
  for (let minute = 0; minute < 20 || (ends.mock.calls.length < 2 && minute < 3_000); minute++) {
    await timetable!.runDue()
    await new Promise((done) => setTimeout(done, 5))
    world.clock.advance(MINUTE)
  }
  // Before anything can fail, since a stop waits for it.
  finish()
  expect(slow).toHaveBeenCalledTimes(1)
  expect(ends.mock.calls.length).toBeGreaterThanOrEqual(2)
})

it('a run that cannot be noted is not repeated at every look', async () => {
  const sessions = counted(SESSIONS, async () => {
    await world.deps.db.schema.createIndex('jobs_full').on('jobs').column('name').ifNotExists().execute()
  })
  await look()
  world.clock.advance(HOUR)
  await world.deps.db.executeQuery({
    sql: `create trigger full before insert on jobs when new.name = '${SESSIONS}' begin select raise(fail, 'full'); end`,
    parameters: [],
  } as never)
  again()
  for (let minute = 0; minute < 3; minute++) {
    await timetable!.runDue()
    await new Promise((done) => setTimeout(done, 20))
    world.clock.advance(MINUTE)
  }
  expect(sessions).toHaveBeenCalledTimes(1)
})

it('a clock that was far ahead does not keep jobs from running, once it has gone on for a day', async () => {
  const ends = counted(ENDS)
  await saveJobRun(world.deps.db, ENDS, '2031-01-01T00:00:00.000Z', null, '2031-01-01T00:10:00.000Z')
  await look()
  world.clock.advance(24 * HOUR)
  again()
  await look()
  expect(ends).toHaveBeenCalledTimes(1)
})

it('the alarm rings for everybody, lets go of who stops, and rings for nobody afterwards', async () => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] })
  try {
    const alarm = createAlarm()
    const rings: string[] = []
    const aMinute = async () => {
      for (let ring = 0; ring < 4; ring++) {
        await jest.advanceTimersByTimeAsync(15_000)
        for (let turn = 0; turn < 4; turn++) await new Promise((done) => setImmediate(done))
      }
    }
    const stops = ['a', 'b'].map((name) => alarm.onRing((isMinute) => void rings.push(`${name} ${isMinute}`)))
    await aMinute()
    expect(rings.filter((one) => one === 'a true')).toHaveLength(1)
    expect(rings.filter((one) => one === 'b false')).toHaveLength(3)
    stops[0]!()
    rings.length = 0
    await aMinute()
    expect(rings.every((one) => one.startsWith('b'))).toBe(true)
    expect(rings).toHaveLength(4)
    stops[1]!()
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})
