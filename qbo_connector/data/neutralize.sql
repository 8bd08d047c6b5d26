-- A copy of the database must not talk to anybody's books.
UPDATE qbo_credential
   SET state = 'disconnected',
       client_secret = NULL,
       verifier_token = NULL,
       access_token = NULL,
       refresh_token = NULL,
       access_expires_at = NULL,
       refresh_expires_at = NULL;
DELETE FROM qbo_event;
