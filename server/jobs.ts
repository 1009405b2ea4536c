// SPDX-License-Identifier: AGPL-3.0-or-later
// The timetable: when, name, what. node-cron is only the alarm clock; what is due is in the database, so a missed ring
// is caught up at the next one.
import { schedule, type ScheduledTask } from 'node-cron'
import { saveJobRun } from '../db/queries/operator.ts'
import { deleteExpiredSessions } from '../db/queries/sessions.ts'
import { outsideFence } from '../db/open.ts'
import { anonymiseEnded, forgetUnconfirmed, remindOfApplications } from './applications/calendar.ts'
import { forgetOldSecrets } from './accounts/tokens.ts'
import type { Deps } from './deps.ts'
import { refuseUnanswered } from './moderation/calendar.ts'
import { keepTime } from './offers/calendar.ts'
import { shareEndedDays } from './statistics/commands/share.ts'
import { BACKUP_JOB, backUpDaily, checkDatabase } from './operator/nightly.ts'
import { forgetOldLetters, forgetOldLooks, forgetOldMails, forgetOldSignIns } from './operator/retention.ts'

type Job = { name: string; when: string; run: (deps: Deps) => Promise<void> }

export const jobs: readonly Job[] = [
  { name: 'forget old sessions', when: '7 * * * *', run: (deps) => deleteExpiredSessions(deps.db, deps.clock.iso()) },
  { name: 'forget old links and tries', when: '11 * * * *', run: forgetOldSecrets },
  { name: 'forget unconfirmed applications', when: '23 * * * *', run: forgetUnconfirmed },
  { name: 'remind of waiting applications', when: '11 7-19 * * *', run: remindOfApplications },
  { name: 'forget people of old applications', when: '41 */6 * * *', run: anonymiseEnded },
  { name: 'refuse offers whose question nobody answered', when: '19 * * * *', run: refuseUnanswered },
  { name: 'forget old mails', when: '17 */6 * * *', run: forgetOldMails },
  { name: 'forget old sign-ins', when: '47 */6 * * *', run: forgetOldSignIns },
  { name: 'forget who looked', when: '53 */6 * * *', run: forgetOldLooks },
  { name: 'forget what other sites said long ago', when: '59 */6 * * *', run: forgetOldLetters },
  { name: 'check the database', when: '29 * * * *', run: checkDatabase },
  { name: 'tell partners the totals of ended days', when: '13 * * * *', run: shareEndedDays },
  { name: BACKUP_JOB, when: '37 * * * *', run: backUpDaily },
  { name: 'remind of offers, end them, put them away', when: '*/10 * * * *', run: keepTime },
]

/** What a busy machine misses is made up for at the next ring, so it is no news. */
const QUIET = { noOverlap: true, suppressMissedWarning: true }

export type Timetable = { runAll(): Promise<void>; stop(): void }

/** @param own timetable entries of the instance itself, such as its queues. */
export function startJobs(deps: Deps, own: { name: string; when: string; run: () => Promise<void> }[] = []): Timetable {
  const all = [...jobs.map((job) => ({ ...job, run: () => recorded(deps, job) })), ...own]
  const guarded = (job: (typeof all)[number]) => async () => {
    try {
      await outsideFence(job.run)
    } catch (error) {
      deps.log.error('a job failed', { job: job.name, error: String(error) })
    }
  }
  const tasks: ScheduledTask[] = all.map((job) => schedule(job.when, guarded(job), QUIET))
  return {
    async runAll() {
      for (const job of all) await guarded(job)()
    },
    stop: () => tasks.forEach((task) => void task.stop()),
  }
}

/** The operator's page shows when each job ran last, and why it failed. */
async function recorded(deps: Deps, job: Job): Promise<void> {
  const save = (error: string | null) => saveJobRun(deps.db, job.name, deps.clock.iso(), error)
  try {
    await job.run(deps)
    await save(null)
  } catch (error) {
    await save(String(error).slice(0, 300))
    throw error
  }
}
