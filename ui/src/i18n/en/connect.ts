// The first screen: what Landfall is, and connecting this device to a workspace.
export const connect = {
  title: "Connect this device",
  what: "Landfall keeps your records on this device, so that you can work where the network does not. Changes go to your team's server when it can be reached.",
  server: "Server address",
  "server.placeholder": "records.example.org",
  "server.help": "Ask whoever runs the server. On this machine it is often 127.0.0.1:8787.",
  "check.busy": "Looking for the server…",
  "check.ready": "Landfall {{version}} answers at {{url}}",
  tables: "This is an Azure Mobile Apps or Datasync server",
  "tables.server.help": "The part of the address before /tables.",
  "tables.schema": "Its tables, as a landfall.toml",
  "tables.schema.help":
    "Such a server tells nobody what tables it has. Describe those that you want here: choose the file, or paste its text.",
  "tables.schema.missing": "Choose the file that describes the server's tables, or paste its text.",
  "tables.kept": "The description of its tables stays as it is.",
  "tables.describe": "Describe them anew…",
  "tables.choose": "Choose a file…",
  "tables.sign_in": "How the server takes the token",
  "tables.sign_in.zumo": "X-ZUMO-AUTH header",
  "tables.sign_in.bearer": "Authorization: Bearer header",
  "tables.sign_in.none": "Not at all: it asks for none",
  "tables.token": "Token",
  "tables.token.help": "As the sign-in of the apps that use this server gives it.",
  "tables.token.missing": "Paste the token, or choose that the server asks for none.",
  "tables.device.help": "Kept on this device only: such a server knows no devices.",
  "tables.there": "Something answers at this address. Whether it has your tables shows when you connect.",
  "tables.is_landfall":
    "A Landfall server answers here. It tells by itself what tables it has: untick this box.",
  "tables.unauthorized":
    "The server does not accept this token. Copy the whole of it, and check how the server takes it.",
  "tables.unauthorized.none": "The server wants a token. Choose how it takes it, and paste it.",
  token: "Device token",
  "token.help": "“landfall-server device add” prints one for each device. Paste it here.",
  "token.show": "Show token",
  "token.hide": "Hide token",
  "token.missing": "Paste the token for this device.",
  device: "Name of this device",
  "device.help":
    "Kept on this device only. Others see the name that was given to “landfall-server device add”.",
  "device.missing": "Give this device a name.",
  "server.missing": "Enter the server's address.",
  connect: "Connect",
  connecting: "Connecting…",
  after: "Records load in the background. You can start at once.",
  "failed.unauthorized":
    "The server does not accept this token. Copy the whole token, or make a new one with “landfall-server device add”.",
  "failed.unreachable":
    "The server can't be reached right now. Nothing was changed. Check the address and the network, then try again.",
  "failed.storage_full": "This device's storage is full. Free some space, then try again.",
  "failed.other": "Connecting did not work ({{code}}). Nothing was changed. Try again.",
  "again.title": "Connect again",
  "again.note":
    "This device is connected to {{name}}. A new token replaces the old one; records and waiting changes stay.",
  // By reachability: what happened, then what to do
  "reach.online": "The server answers.",
  "reach.work_offline": "You switched to working offline. Switch that off to connect.",
  "reach.bad_address": "This is not an address yet. It looks like records.example.org or 127.0.0.1:8787.",
  "reach.name_not_found":
    "No server has this name. Check the spelling, and that this device is on a network.",
  "reach.refused":
    "The machine is there, but nothing answers at this address. Is the server running, and is the port right?",
  "reach.timed_out": "No answer within some seconds. The server may be off, or a firewall stands between.",
  "reach.insecure":
    "The secure connection failed: the server's certificate is not trusted here. Check the address, or ask whoever runs the server.",
  "reach.insecure.clock":
    "The secure connection failed because this device's clock is probably wrong. Set date and time, then try again.",
  "reach.captive_portal":
    "This network asks you to sign in to it first. Open any web page to do that, then come back.",
  "reach.not_landfall":
    "Something answers there, but it is not a Landfall server. Check the address and the port.",
  "reach.unauthorized": "The server is there; it wants a token.",
  "reach.server_trouble":
    "The server answers, but has trouble of its own (status {{status}}). Try again later.",
  "reach.cut_off": "The connection broke off in the middle. Try again.",
  "reach.update_needed": "This server is newer than the app. Update the app to connect.",
} as const;
