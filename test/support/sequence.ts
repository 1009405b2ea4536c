// SPDX-License-Identifier: AGPL-3.0-or-later
// The order of the test files, also on a machine that has never run them.
// This one comes with Jest, in its version.
import sequencer from '@jest/test-sequencer'
import type { Test } from '@jest/test-result'

/** Much longer than their size tells. One of them alone at the end would leave the other cores without work. */
const LONGEST = [
  'federation/processes',
  'web/hostile-forms',
  'federation/delivery',
  'db/backup',
  'web/smtp',
  'web/form-again',
  'config/cli',
  'house/access',
  'web/numbers',
  'web/long-jobs',
  'web/exports',
  'db/storage',
  'web/all-faults',
  'db/search-property',
  'web/limited-roles',
  'web/web-processes',
  'db/long-lists',
  'house/quebec',
]
const placeOf = ({ path }: Test): number => {
  const at = LONGEST.findIndex((name) => path.endsWith(`/test/${name}.test.ts`))
  return at < 0 ? LONGEST.length : at
}

/** Its types are those of its other build, where the class is a property. */
const Base = sequencer as unknown as typeof sequencer.default

export default class LongestFirst extends Base {
  override async sort(tests: Test[]): Promise<Test[]> {
    return [...(await super.sort(tests))].sort((one, other) => placeOf(one) - placeOf(other))
  }
}
