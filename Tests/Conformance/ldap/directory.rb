# What applications on Ruby's net-ldap do, GitLab among them: the root unbound, StartTLS, pages, a sign-in by the name that was found.
# Usage: directory.rb PORT AUTHORITY NAME PASSWORD SUFFIX
require "net/ldap"

port, authority, name, password, suffix = ARGV
tls = { method: :start_tls, tls_options: { ca_file: authority, verify_mode: OpenSSL::SSL::VERIFY_PEER } }
place = { host: "127.0.0.1", port: port.to_i, base: suffix }
puts "context #{Net::LDAP.new(**place).search_root_dse[:namingcontexts].first}"

ldap = Net::LDAP.new(**place, encryption: tls, auth: { method: :simple, username: name, password: password })
abort ldap.get_operation_result.message unless ldap.bind
# The library asks for pages of 126 by itself where the root says that there are any.
people = ldap.search(filter: Net::LDAP::Filter.eq("objectClass", "inetOrgPerson"), attributes: ["uid"])
abort ldap.get_operation_result.message unless people
puts "people #{people.size} #{people.map(&:dn).uniq.size}"
few = ldap.search(filter: "(uid=page*)", size: 5, attributes: ["uid"])
puts "few #{few.size}"
jane = Net::LDAP::Filter.eq("uid", "jane@example.com")
puts "mail #{ldap.search(filter: jane, attributes: %w[mail memberOf]).first[:mail].first}"
[password, "wrong", ""].each do |word|
  puts "sign-in #{ldap.bind_as(filter: jane, password: word) ? "yes" : "no"}"
end

stranger = Net::LDAP.new(**place, encryption: tls)
stranger.search(filter: jane)
puts "stranger #{stranger.get_operation_result.code}"
unknown = Net::LDAP.new(**place, encryption: { method: :start_tls, tls_options: { verify_mode: OpenSSL::SSL::VERIFY_PEER } })
begin
  unknown.bind
  puts "unknown yes"
rescue Net::LDAP::Error, OpenSSL::SSL::SSLError
  puts "unknown no"
end
