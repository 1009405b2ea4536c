// SPDX-License-Identifier: AGPL-3.0-or-later
// The timetable: when, name, what. node-cron is only the alarm clock; what is due is in the database, so a missed ring
// is caught up at the next one.
import { schedule, type ScheduledTask } from 'node-cron'
import { deleteExpiredSessions } from '../db/queries/sessions.ts'
import { outsideFence } from '../db/open.ts'
import { anonymiseEnded, forgetUnconfirmed, remindOfApplications } from './applications/calendar.ts'
import { forgetOldSecrets } from './accounts/tokens.ts'
import type { Deps } from './deps.ts'

type Job = { name: string; when: string; run: (deps: Deps) => Promise<void> }

export const jobs: readonly Job[] = [
  { name: 'forget old sessions', when: '7 * * * *', run: (deps) => deleteExpiredSessions(deps.db, deps.clock.iso()) },
  { name: 'forget old links and tries', when: '11 * * * *', run: forgetOldSecrets },
  { name: 'forget unconfirmed applications', when: '23 * * * *', run: forgetUnconfirmed },
  { name: 'remind of waiting applications', when: '11 7-19 * * *', run: remindOfApplications },
  { name: 'forget people of old applications', when: '41 */6 * * *', run: anonymiseEnded },
]

export type Timetable = { runAll(): Promise<void>; stop(): void }

/** @param own timetable entries of the instance itself, such as its queues. */
export function startJobs(deps: Deps, own: { name: string; when: string; run: () => Promise<void> }[] = []): Timetable {
  const all = [...jobs.map((job) => ({ ...job, run: () => job.run(deps) })), ...own]
  const guarded = (job: (typeof all)[number]) => async () => {
    try {
      await outsideFence(job.run)
    } catch (error) {
      deps.log.error('a job failed', { job: job.name, error: String(error) })
    }
  }
  const tasks: ScheduledTask[] = all.map((job) => schedule(job.when, guarded(job), { noOverlap: true }))
  return {
    async runAll() {
      for (const job of all) await guarded(job)()
    },
    stop: () => tasks.forEach((task) => void task.stop()),
  }
}
