import type { WireRoute } from '../wire-route.ts'

export const transferRoutes: readonly WireRoute[] = [
  {
    verb: 'GET',
    uri: 'transfer/find',
    answer: async (call) => {
      const { jobs } = await call.run('transfer/list', {})
      return { result: jobs }
    },
  },
]
