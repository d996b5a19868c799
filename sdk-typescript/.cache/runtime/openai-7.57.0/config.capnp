using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "net", network = (allow = ["private"])),
    (name = "main", worker = (
      modules = [(name = "bundled.mjs", esModule = embed "bundled.mjs")],
      compatibilityDate = "2025-11-01", globalOutbound = "net",
      bindings = [(name = "BASE_URL", text = "http://127.0.0.1:38107/v1")])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]);