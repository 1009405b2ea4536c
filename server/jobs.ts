// SPDX-License-Identifier: AGPL-3.0-or-later
// The next due time is in the database: a job missed while the instance was stopped runs once after the start.
import { findTimeZone } from '../db/queries/association.ts'
import { findJob, listJobs, saveJobDue, saveJobRun } from '../db/queries/operator.ts'
import { outsideFence } from '../db/open.ts'
import { sendDigests } from './alerts/digest.ts'
import { endAlerts } from './alerts/timetable.ts'
import {
  anonymiseEnded,
  forgetTestimonials,
  forgetUnconfirmed,
  remindGuardians,
  remindOfApplications,
  remindUnconfirmed,
} from './applications/timetable.ts'
import { forgetEnquiries } from './enquiries/timetable.ts'
import { forgetHelp } from './help/timetable.ts'
import { forgetReports } from './reports/timetable.ts'
import { followUpDays } from './applications/attendance.ts'
import { forgetAnswersByMail, takeAnswersByMail } from './applications/incoming.ts'
import { keepWaitingLists } from './applications/waiting-list.ts'
import { forgetOldSecrets, forgetOldSessions } from './accounts/tokens.ts'
import { processAlarm } from './base/alarm.ts'
import type { Deps } from './deps.ts'
import { forgetOldFiles } from './imports/commands.ts'
import { tellOfCec } from './cec/timetable.ts'
import { askUsualHours, remindOfHours } from './hours/timetable.ts'
import { dueAfter, mayRun, offsetOf, type When } from './job-times.ts'
import { forgetPictureCopies, refuseUnanswered, remindOfOffers } from './moderation/timetable.ts'
import { compareOld } from './moderation/commands/compare.ts'
import { forgetOldImports } from './offers/commands/import.ts'
import { forgetUnnamedFiles } from './offers/commands/files.ts'
import { keepTime } from './offers/timetable.ts'
import { forgetOldIncidents } from './privacy/incidents/commands.ts'
import { endRestrictions } from './privacy/requests/commands.ts'
import { eraseInactive } from './privacy/timetable.ts'
import { shareEndedDays } from './statistics/commands/share.ts'
import { watchClock } from './operator/clock-moves.ts'
import { BACKUP_JOB, backUpDaily, checkDatabase, emptyJournal } from './operator/nightly.ts'
import {
  forgetOldActivities,
  forgetOldMails,
  forgetOldOpenings,
  forgetOldSignIns,
  forgetTypedOffers,
} from './operator/retention.ts'

/** `whateverTheClock`: nothing is deleted, ended or told by it, so it also runs when the clock has just jumped. */
type Job = { name: string; when: When; run: (deps: Deps) => Promise<void>; whateverTheClock?: true }
/** Has no row in the database. 'ring': every 15 seconds. */
export type OwnJob = { name: string; at: 'ring' | 'minute'; run: () => Promise<void> }

const HOURLY: When = { every: 60 }
const FOUR_TIMES_A_DAY: When = { every: 6 * 60 }

export const jobs: readonly Job[] = [
  { name: 'forget old sessions', when: HOURLY, run: forgetOldSessions },
  { name: 'forget old links and tries', when: HOURLY, run: forgetOldSecrets },
  { name: 'forget unconfirmed applications', when: HOURLY, run: forgetUnconfirmed },
  { name: 'remind of unconfirmed applications', when: { every: 60, hours: [7, 19] }, run: remindUnconfirmed },
  { name: 'remind of waiting applications', when: { every: 60, hours: [7, 19] }, run: remindOfApplications },
  { name: 'remind of permissions', when: { every: 60, hours: [7, 19] }, run: remindGuardians },
  { name: 'remind of waiting hours', when: { every: 60, hours: [7, 19] }, run: remindOfHours },
  { name: 'tell people in March of their CEC', when: { every: 60, hours: [8, 19] }, run: tellOfCec },
  { name: 'ask for usual hours', when: { every: 60, hours: [9, 19] }, run: askUsualHours },
  { name: 'remind of waiting offers', when: { every: 60, hours: [7, 19] }, run: remindOfOffers },
  { name: 'keep waiting lists', when: { every: 10 }, run: keepWaitingLists },
  { name: 'remind before the day, ask after it', when: { every: 60, hours: [8, 19] }, run: followUpDays },
  { name: 'take answers by mail', when: { every: 1 }, run: takeAnswersByMail },
  { name: 'forget old answers by mail', when: FOUR_TIMES_A_DAY, run: forgetAnswersByMail },
  { name: 'forget people of old applications', when: FOUR_TIMES_A_DAY, run: anonymiseEnded },
  { name: 'forget old enquiries', when: HOURLY, run: forgetEnquiries },
  { name: 'forget old requests for help', when: HOURLY, run: forgetHelp },
  { name: 'forget old reports', when: HOURLY, run: forgetReports },
  { name: 'forget old testimonials', when: HOURLY, run: forgetTestimonials },
  { name: 'mail new offers', when: { every: 20, hours: [7, 20] }, run: sendDigests },
  { name: 'end alerts', when: { every: 60, hours: [7, 20] }, run: endAlerts },
  { name: 'refuse offers whose question nobody answered', when: HOURLY, run: refuseUnanswered },
  { name: 'compare offers', when: HOURLY, run: compareOld },
  { name: 'erase people who left long ago', when: FOUR_TIMES_A_DAY, run: eraseInactive },
  { name: 'end restrictions of data', when: HOURLY, run: endRestrictions },
  { name: 'forget old incidents', when: FOUR_TIMES_A_DAY, run: forgetOldIncidents },
  { name: 'forget files of offers', when: FOUR_TIMES_A_DAY, run: forgetOldImports },
  { name: 'forget files of members and hours', when: FOUR_TIMES_A_DAY, run: forgetOldFiles },
  { name: 'forget pictures that no offer shows', when: FOUR_TIMES_A_DAY, run: forgetUnnamedFiles },
  { name: 'forget copies of pictures', when: FOUR_TIMES_A_DAY, run: forgetPictureCopies },
  { name: 'forget old mails', when: FOUR_TIMES_A_DAY, run: forgetOldMails },
  { name: 'forget what was typed and not saved', when: FOUR_TIMES_A_DAY, run: forgetTypedOffers },
  { name: 'forget old sign-ins', when: FOUR_TIMES_A_DAY, run: forgetOldSignIns },
  { name: 'forget who looked', when: FOUR_TIMES_A_DAY, run: forgetOldOpenings },
  { name: 'forget what other sites said long ago', when: FOUR_TIMES_A_DAY, run: forgetOldActivities },
  { name: 'empty the write-ahead log', when: FOUR_TIMES_A_DAY, run: emptyJournal, whateverTheClock: true },
  { name: 'check the database', when: HOURLY, run: checkDatabase, whateverTheClock: true },
  { name: 'tell partners the totals of ended days', when: HOURLY, run: shareEndedDays },
  { name: BACKUP_JOB, when: HOURLY, run: backUpDaily },
  { name: 'remind of offers, end them, put them away', when: { every: 10, onTheDot: true }, run: keepTime },
]

export type Timetable = {
  /** Does not wait for what it starts. Called once a minute. */
  runDue(): Promise<void>
  /** Due or not, one after the other. */
  runAll(): Promise<void>
  /** Resolves when the jobs under way are done. */
  stop(): Promise<void>
}

export function startJobs(deps: Deps, own: readonly OwnJob[] = []): Timetable {
  const underWay = new Map<string, Promise<void>>()
  let isStopped = false
  const plan = createPlan(deps)

  /** One run of a job at a time; a slow job delays no other. */
  function run(name: string, work: () => Promise<void>): Promise<void> {
    const known = underWay.get(name)
    if (known) return known
    const done = outsideFence(work)
      .catch((error: unknown) => deps.log.error('a job failed', { job: name, error: String(error) }))
      .finally(() => underWay.delete(name))
    underWay.set(name, done)
    return done
  }
  const runDue = async () => {
    for (const job of await plan.listDue()) if (!isStopped) void run(job.name, () => plan.runIfStillDue(job))
  }
  const stopAlarm = processAlarm().onRing((isMinute) => {
    for (const { name, at, run: work } of own) if (at === 'ring' || isMinute) void run(name, work)
    if (isMinute) void run('timetable', runDue)
  })
  return {
    runDue,
    async runAll() {
      for (const job of jobs) await run(job.name, () => plan.runAndNote(job))
      for (const { name, run: work } of own) await run(name, work)
    },
    async stop() {
      isStopped = true
      stopAlarm()
      await Promise.all(jobs.map(({ name }) => underWay.get(name)))
    },
  }
}

function createPlan(deps: Deps) {
  const { db, clock, config } = deps
  /** A run that could not be recorded (a full disk) is not repeated every minute. */
  const notBefore = new Map<string, string>()
  const watch = watchClock(deps)
  const timeZone = () => findTimeZone(db)
  const nextOf = ({ name, when }: Job, zone: string) =>
    dueAfter(when, clock.now(), offsetOf(config.publicUrl, name, when), zone)

  return {
    async listDue(): Promise<Job[]> {
      const now = clock.iso()
      const isSteady = await watch.isSteady()
      const zone = await timeZone()
      const rows = new Map((await listJobs(db)).map(({ name, due_at }) => [name, due_at]))
      const due: Job[] = []
      for (const job of jobs) {
        const at = rows.get(job.name)
        if (at && at <= now && mayRun(job.when, clock.now(), zone)) {
          const mustWait = !isSteady && !job.whateverTheClock
          if (!mustWait && (notBefore.get(job.name) ?? '') <= now) due.push(job)
          continue
        }
        const next = nextOf(job, zone)
        // At the first start, outside the hours of the job, or after a change of the clock or the plan.
        if (at !== next) await saveJobDue(db, job.name, next)
      }
      return due
    },
    /** It may have run since the list of due jobs was read. */
    async runIfStillDue(job: Job): Promise<void> {
      const row = await findJob(db, job.name)
      if (row?.due_at && row.due_at <= clock.iso()) await this.runAndNote(job)
    },
    async runAndNote(job: Job): Promise<void> {
      let fault: unknown
      try {
        await job.run(deps)
      } catch (error) {
        fault = error
      }
      const next = nextOf(job, await timeZone())
      notBefore.set(job.name, next)
      await saveJobRun(db, job.name, clock.iso(), fault === undefined ? null : String(fault).slice(0, 300), next)
      if (fault !== undefined) throw fault
    },
  }
}
