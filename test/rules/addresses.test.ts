// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from '@jest/globals'
import { email } from '../../server/web/fields.ts'

const field = email('error.field.email')

describe('public 20: addresses that cannot be', () => {
  it.each([
    'marie@gmail..com',
    '.marie@gmail.com',
    'marie.@gmail.com',
    'marie..d@gmail.com',
    'marie@-gmail.com',
    'marie@gmail-.com',
    'marie@gmail.123',
    'marie@1.2.3.44',
    'marie@gmail',
    'marie@@gmail.com',
    'marie@.com',
    `${'a'.repeat(65)}@gmail.com`,
    `marie@${'a'.repeat(64)}.com`,
  ])('%s is refused', (typed) => {
    expect(field.safeParse(typed).success).toBe(false)
  })

  it.each([
    'marie@gmail.com',
    'marie.d@gmail.com',
    'marie+popote@sous.domaine.example',
    'm@a-b.fr',
    'o’neill@example.org',
    'élise@exemple.québec',
    'marie@xn--p1ai.xn--p1ai',
    'marie_d-@example.org',
  ])('%s is taken', (typed) => {
    expect(field.safeParse(typed).success).toBe(true)
  })
})
