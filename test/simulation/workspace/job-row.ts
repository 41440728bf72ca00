/** The columns of a job that says nothing of itself. */
export const emptyJob = {
  name: 'job',
  status: 'init',
  is_live: 1,
  sort_at: 1,
  is_measured: 0,
  next_at: 0,
  attempt: 0,
  epoch: 0,
  hold: null,
  after_job_id: null,
  location_client: null,
  location_path: null,
  revision: 0,
  mirrors_paths: 1,
  finished_at: null,
  note: null,
}
