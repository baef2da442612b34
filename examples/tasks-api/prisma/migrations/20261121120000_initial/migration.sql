CREATE TYPE role AS ENUM ('owner', 'member');
CREATE TYPE task_status AS ENUM ('open', 'in_progress', 'done');
CREATE TYPE activity_kind AS ENUM ('created', 'changed', 'assigned');

CREATE TABLE organization (
  id         uuid PRIMARY KEY,
  name       text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE "user" (
  id         uuid PRIMARY KEY,
  email      text NOT NULL CONSTRAINT user_email_key UNIQUE,
  name       text NOT NULL CHECK (name <> ''),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE membership (
  organization_id uuid NOT NULL REFERENCES organization (id),
  user_id         uuid NOT NULL REFERENCES "user" (id),
  role            role NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, user_id)
);

-- "Which organizations am I in?" is the one question that does not begin with an organization.
CREATE INDEX membership_user_idx ON membership (user_id);

CREATE TABLE task (
  organization_id uuid NOT NULL,
  id              uuid NOT NULL,
  title           text NOT NULL CHECK (title <> ''),
  description     text NOT NULL DEFAULT '',
  status          task_status NOT NULL DEFAULT 'open',
  created_by_id   uuid NOT NULL,
  assignee_id     uuid,
  created_at      timestamptz NOT NULL DEFAULT now(),
  updated_at      timestamptz NOT NULL DEFAULT now(),
  -- The id is a UUID of version 7, which begins with the time: this key is the list "newest first" as well.
  PRIMARY KEY (organization_id, id),
  -- Through membership and not through "user": nobody is assigned a task of an organization they are not in.
  CONSTRAINT task_created_by_fkey FOREIGN KEY (organization_id, created_by_id)
    REFERENCES membership (organization_id, user_id),
  CONSTRAINT task_assignee_fkey FOREIGN KEY (organization_id, assignee_id)
    REFERENCES membership (organization_id, user_id)
);

CREATE INDEX task_status_idx ON task (organization_id, status, id);
CREATE INDEX task_assignee_idx ON task (organization_id, assignee_id, id);

CREATE TABLE task_activity (
  organization_id uuid NOT NULL,
  task_id         uuid NOT NULL,
  id              uuid NOT NULL,
  actor_id        uuid NOT NULL,
  kind            activity_kind NOT NULL,
  detail          jsonb NOT NULL,
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organization_id, task_id, id),
  FOREIGN KEY (organization_id, task_id) REFERENCES task (organization_id, id),
  CONSTRAINT task_activity_actor_fkey FOREIGN KEY (organization_id, actor_id)
    REFERENCES membership (organization_id, user_id)
);
